/**
 * Where to go after sign-in: the page that sent here, if it is one of our own. Anything else would let a link on a foreign
 * page lead a freshly signed-in clerk away.
 */
export function next_page(search: string, pathname: string): string {
  const next = new URLSearchParams(search).get('next');
  if (next && /^\/(?:(?:kiosk|desk|board)\/[A-Za-z0-9._-]{1,80}|admin|host|reports|room|screens|site|access|contact(?:#service=[a-z0-9-]{1,64})?)?$/.test(next)) return next;
  return pathname === '/sign-in' ? '/' : pathname;
}
