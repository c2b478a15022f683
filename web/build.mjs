// Makes the pages: bundles each entry, names every asset by its content, compresses it and writes the HTML shells.
// Usage: node build.mjs --out DIR --esbuild PROGRAM --modules NODE_MODULES [--sourcemap]
// Result: DIR/assets/NAME.HASH.EXT (cacheable for ever) and DIR/shell/PAGE.html (to be asked for again), each with a .gz beside it.
// A page with `parts` is split at its import()s: NAME is what the first picture needs, its parts (NAME-part.HASH.js) come when asked for.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const PAGES = {
  kiosk: { script: 'kiosk', style: 'kiosk', title: 'Skranke', parts: true },
  desk: { script: 'desk', style: 'desk', title: 'Skranke' },
  enrol: { script: 'enrol', style: 'enrol', title: 'Skranke' },
  board: { script: 'board', style: 'board', title: 'Skranke', parts: true },
  phone: { script: 'phone', style: 'phone', title: 'Skranke', plain: true },
  book: { script: 'book', style: 'book', title: 'Skranke' },
  host: { script: 'host', style: 'host', shared: 'front', title: 'Skranke' },
  contact: { script: 'contact', style: 'contact', shared: 'front', title: 'Skranke' },
  office: { script: 'office', style: 'office', title: 'Skranke' },
};
/** The voice and the paper are the daemon's; a page never reads them. */
const NOT_FOR_PAGES = ['ticket', 'alternative', 'voice', 'sms', 'message'];

function options(list) {
  const read = {};
  for (let at = 0; at < list.length; at++) {
    const name = list[at].replace(/^--/, '');
    read[name] = list[at + 1] === undefined || list[at + 1].startsWith('--') ? true : list[++at];
  }
  for (const needed of ['out', 'esbuild', 'modules']) {
    if (!read[needed]) throw new Error(`build.mjs: --${needed} is missing`);
  }
  return read;
}

// Browsers of old televisions get no newer syntax than that of 2019; import() came to them before. Fields of a class stay: our own become assignments (tsconfig),
// and only the kiosk's reader of codes, which no television has, brings others.
function esbuild(option, work, more) {
  const args = ['--bundle', '--format=esm', '--target=es2019', '--supported:dynamic-import=true', '--supported:class-field=true', '--jsx=automatic', '--jsx-import-source=preact', '--charset=utf8',
    '--legal-comments=none', '--log-level=warning', `--outdir=${work}`, option.sourcemap ? '--sourcemap=inline' : '--minify'];
  execFileSync(option.esbuild, [...more, ...args], { stdio: 'inherit', cwd: here, env: { ...process.env, NODE_PATH: resolve(option.modules) } });
}

const entry = (page) => `${page.script}=src/${page.script}/main.tsx`;

/** The scripts by name, and for each page that is split: the parts that its first picture needs too. */
function bundle(option) {
  const work = mkdtempSync(join(tmpdir(), 'skranke-web-'));
  const first = {};
  try {
    esbuild(option, work, Object.values(PAGES).filter((page) => !page.parts).map(entry));
    for (const page of Object.values(PAGES).filter((each) => each.parts)) {
      const told = join(work, 'told.json');
      esbuild(option, work, [entry(page), '--splitting', `--chunk-names=${page.script}-part.[hash]`, `--metafile=${told}`]);
      const made = Object.entries(JSON.parse(readFileSync(told, 'utf8')).outputs).find(([name]) => name.endsWith(`/${page.script}.js`))[1];
      first[page.script] = made.imports.filter((each) => each.kind === 'import-statement').map((each) => basename(each.path));
      rmSync(told);
    }
    return { sources: Object.fromEntries(readdirSync(work).map((name) => [name, readFileSync(join(work, name))])), first };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const escape = (text) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');

function shell(page, names, first, catalogues) {
  return `<!doctype html>
<html lang="da">
<head>
<meta charset="utf-8">
<title>${page.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="catalogues" content="${escape(JSON.stringify(catalogues))}">
<link rel="icon" href="${names['mark.svg']}" type="image/svg+xml">
<link rel="stylesheet" href="${names[`${page.style}.css`]}">
${first.map((name) => `<link rel="modulepreload" href="${names[name]}">\n`).join('')}<script type="module" src="${names[`${page.script}.js`]}"></script>
${page.plain ? `<meta name="push" content="${names['push.js']}">\n<script nomodule src="${names['old.js']}"></script>\n<noscript><meta http-equiv="refresh" content="0; url=?plain=1"></noscript>\n` : ''}</head>
<body>
<noscript>Siden kræver JavaScript. This page needs JavaScript.</noscript>
</body>
</html>
`;
}

function write(out, path, bytes) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), bytes);
  const packed = gzipSync(bytes, { level: 9 });
  if (packed.length < bytes.length * 0.9) writeFileSync(join(out, `${path}.gz`), packed);
}

function main() {
  const option = options(process.argv.slice(2));
  const { sources, first } = bundle(option);
  // Styles are copied, not bundled: shared rules first, the page's own after.
  const base = readFileSync(join(here, 'style/base.css'), 'utf8');
  for (const page of Object.values(PAGES)) {
    const sheets = [page.shared, page.style].filter(Boolean).map((name) => readFileSync(join(here, `style/${name}.css`), 'utf8'));
    sources[`${page.style}.css`] = Buffer.from([base, ...sheets].join('\n'));
  }
  sources['push.js'] = readFileSync(join(here, 'src/phone/push.worker.js'));
  sources['old.js'] = readFileSync(join(here, 'src/phone/old.js'));
  sources['mark.svg'] = readFileSync(join(here, 'style/mark.svg'));
  const catalogue_dir = join(here, '../catalogues');
  const catalogues = {};
  for (const file of readdirSync(catalogue_dir).filter((name) => /^[a-z]{2,3}\.json$/.test(name)).sort()) {
    const catalogue = JSON.parse(readFileSync(join(catalogue_dir, file), 'utf8'));
    catalogues[catalogue.meta.language] = { name: catalogue.meta.name, dir: catalogue.meta.dir, href: file };
    for (const section of NOT_FOR_PAGES) delete catalogue[section];
    sources[file] = Buffer.from(JSON.stringify(catalogue));
  }
  if (existsSync(option.out)) rmSync(option.out, { recursive: true });
  const names = {};
  for (const [name, bytes] of Object.entries(sources)) {
    const dot = name.lastIndexOf('.');
    // A part is named by its content already, and the page that asks for it has that name in it.
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
    names[name] = name.includes('-part.') ? `/assets/${name}` : `/assets/${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
    write(option.out, names[name].slice(1), bytes);
  }
  for (const entry of Object.values(catalogues)) entry.href = names[entry.href];
  for (const [name, page] of Object.entries(PAGES)) write(option.out, `shell/${name}.html`, Buffer.from(shell(page, names, first[page.script] ?? [], catalogues)));
}

main();
