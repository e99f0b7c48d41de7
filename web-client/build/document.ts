/** Makes index.html whole: drawings, words for old browsers, both scripts inside, and its CSP. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { trouble } from '../src/i18n/vi.ts';
import { inlineParts } from './parts.ts';

const ICONS = 'src/ui/icons';

/**
 * The set of drawings, one symbol a file, shared by the voice stage and the app: those that the landing shows in
 * the first part of the document, the others in the second.
 */
export function drawings(): Plugin {
  return {
    name: 'drawings',
    transformIndexHtml: {
      order: 'pre',
      handler(html, { path }) {
        if (!isOfThePage(path)) return html;
        const all = readdirSync(ICONS)
          .map((file) => file.replace('.svg', ''))
          .sort();
        const [marker, named = ''] = html.match(/<!--icons ([\w -]+)-->/) ?? [];
        if (marker === undefined) throw new Error('index.html does not say what the landing shows');
        const early = named.split(' ');
        const late = all.filter((name) => !early.includes(name));
        return html.replace(marker, symbols(early)).replace('<!--icons-->', symbols(late));
      },
    },
  };
}

/** Other documents have no part in what is made ready before the voice. */
function isOfThePage(path: string): boolean {
  return path === '/index.html';
}

function symbols(names: readonly string[]): string {
  const made = names.map((name) =>
    readFileSync(`${ICONS}/${name}.svg`, 'utf8')
      .replace(/^<svg [^>]*>/, `<symbol id="i-${name}" viewBox="0 0 24 24">`)
      .replace('</svg>', '</symbol>')
      .replace(/\s*\n\s*/g, ''),
  );
  return `<svg hidden>${made.join('')}</svg>`;
}

/** A browser that runs none of our scripts keeps these words, which show when nothing has been drawn. */
export function oldBrowserWords(): Plugin {
  return {
    name: 'old-browser-words',
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { path }) =>
        isOfThePage(path)
          ? html.replace(
              '<!--old-browser-->',
              `<main class="screen late"><h1>${trouble.oldBrowser}</h1><p>${trouble.oldBrowserHow}</p></main>`,
            )
          : html,
    },
  };
}

/**
 * Puts both scripts into the document, each where its part ends: one request before the voice, and the first
 * part runs while the second is still on its way.
 */
export function selfContained(): Plugin {
  return {
    name: 'self-contained',
    enforce: 'post',
    generateBundle(_, bundle) {
      const document = bundle['index.html'];
      if (document?.type !== 'asset') throw new Error('the page build made no index.html');
      const { first, second } = inlineParts(Object.values(bundle));
      const html = document.source
        .toString()
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace('<!--first part-->', () => script(first))
        .replace('<!--second part-->', () => script(second));
      for (const [name, file] of Object.entries(bundle)) if (file !== document) delete bundle[name];
      document.source = withPolicy(squeeze(html));
    },
  };
}

/** For a document that has its scripts and styles beside it. */
export function closedPolicy(): Plugin {
  return {
    name: 'closed-policy',
    transformIndexHtml: { order: 'post', handler: withPolicy },
  };
}

function script(code: string): string {
  return `<script>${code.replaceAll('</script', '<\\/script')}</script>`;
}

/** Drops the indentation between the lines of our own document; no line of it depends on any. */
function squeeze(html: string): string {
  return html.replace(/\n\s*/g, '\n').replace(/>\n</g, '><').trim();
}

/**
 * Everything is refused that is not this document or a file of this host. `connect-src 'self'` also
 * covers the WebSocket of the same host.
 */
function withPolicy(html: string): string {
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${hashes(html, 'script')}`.trim(),
    `style-src 'self' ${hashes(html, 'style')}`.trim(),
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return html.replace('<meta charset="utf-8">', (charset) => charset + meta);
}

function hashes(html: string, tag: string): string {
  const bodies = html.matchAll(new RegExp(`<${tag}(?![^>]*src=)[^>]*>(.*?)</${tag}>`, 'gs'));
  return [...bodies]
    .map(
      ([, body]) =>
        `'sha256-${createHash('sha256')
          .update(body ?? '')
          .digest('base64')}'`,
    )
    .join(' ');
}
