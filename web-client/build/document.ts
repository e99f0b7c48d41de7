/** Makes index.html whole: drawings, words for old browsers, script and styles inside, and its CSP. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { trouble } from '../src/i18n/vi.ts';

const ICONS = 'src/ui/icons';

/** The set of drawings, one symbol a file, shared by the voice stage and the app. */
export function drawings(): Plugin {
  return {
    name: 'drawings',
    transformIndexHtml: {
      order: 'pre',
      handler(html) {
        const symbols = readdirSync(ICONS)
          .sort()
          .map((file) => {
            const id = `i-${file.replace('.svg', '')}`;
            const drawing = readFileSync(`${ICONS}/${file}`, 'utf8');
            return drawing
              .replace(/^<svg [^>]*>/, `<symbol id="${id}" viewBox="0 0 24 24">`)
              .replace('</svg>', '</symbol>')
              .replace(/\s*\n\s*/g, '');
          });
        return html.replace('<!--icons-->', `<svg hidden>${symbols.join('')}</svg>`);
      },
    },
  };
}

/** A browser that runs no module keeps these words, which show when nothing has replaced them. */
export function oldBrowserWords(): Plugin {
  return {
    name: 'old-browser-words',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) =>
        html.replace(
          '<!--old-browser-->',
          `<main class="screen late"><h1>${trouble.oldBrowser}</h1><p>${trouble.oldBrowserHow}</p></main>`,
        ),
    },
  };
}

/** Puts the page's one script and its styles into the document: one request before the voice. */
export function selfContained(): Plugin {
  return {
    name: 'self-contained',
    enforce: 'post',
    generateBundle(_, bundle) {
      const document = bundle['index.html'];
      if (document?.type !== 'asset') throw new Error('the page build made no index.html');
      let html = document.source.toString();
      for (const [name, file] of Object.entries(bundle)) {
        if (file === document) continue;
        const source = file.type === 'chunk' ? file.code : file.source.toString();
        html =
          file.type === 'chunk' ? withScript(html, name, source) : withStyle(html, name, source);
        delete bundle[name];
      }
      document.source = withPolicy(squeeze(html));
    },
  };
}

function withScript(html: string, name: string, code: string): string {
  const tag = new RegExp(`<script type="module"[^>]*src="/${escaped(name)}"></script>`);
  if (!tag.test(html)) throw new Error(`index.html does not name ${name}`);
  const inside = code.trim().replaceAll('</script', '<\\/script');
  // In place of the tag in the head: a module waits for the document by itself.
  return html.replace(tag, () => `<script type="module">${inside}</script>`);
}

function withStyle(html: string, name: string, code: string): string {
  const tag = new RegExp(`<link rel="stylesheet"[^>]*href="/${escaped(name)}">`);
  if (!tag.test(html)) throw new Error(`index.html does not name ${name}`);
  return html.replace(tag, () => `<style>${code.trim()}</style>`);
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
    `script-src 'self' ${hashes(html, 'script')}`,
    `style-src 'self' ${hashes(html, 'style')}`,
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

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
