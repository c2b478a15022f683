# What the scripts inside a booted machine say and ask; boot.sh lays it beside them.
failed=0
check() { # check WORDS COMMAND…
  local words=$1
  shift
  if "$@"; then echo "ok $words"; else echo "not ok $words"; failed=1; fi
}
soon() { # soon SECONDS COMMAND…: polls until it holds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do [ $SECONDS -lt $end ] || return 1; sleep 0.1; done
}
healthy() { curl -sf --max-time 5 http://127.0.0.1:8080/healthz >/dev/null; }
pid() { systemctl show -P MainPID skranked; }
