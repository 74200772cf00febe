import { createHash } from 'node:crypto';

/** Content-Security-Policy of every built page; `styleHash` allows the one inlined style sheet. */
function contentSecurityPolicy(styleHash: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${styleHash === undefined ? '' : ` '${styleHash}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

/** The hash-source of a style or script text. */
export function hashSource(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** Elements that components render for the head. React writes them in front of the page's markup. */
const headElement = /<title>[\s\S]*?<\/title>|<meta [^>]*>|<link rel="(?:canonical|alternate)"[^>]*>/g;

/** Splits rendered markup into what belongs into `<head>` and the rest. */
export function splitHead(rendered: string): { readonly head: string; readonly body: string } {
  const found: string[] = [];
  const body = rendered.replace(headElement, (element) => {
    found.push(element);
    return '';
  });
  return { head: found.join(''), body };
}

/** What a page is put together from. */
export interface PageParts {
  /** index.html as the client build wrote it. */
  readonly template: string;
  readonly language: string;
  readonly rendered: string;
  /** Addresses of the modules that this page needs besides the entry. */
  readonly modules: readonly string[];
  /** Addresses of the modules that it needs once it stands: the engine. They come after the others. */
  readonly later: readonly string[];
  /** The style sheet to inline; undefined keeps it as a file. */
  readonly style: string | undefined;
  /** Plain data that the page starts from, by the id of its script element. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Blocking script addresses for this page alone. */
  readonly scripts: readonly string[];
}

/** A data block: JSON in a script element that no browser runs; the policy lets it stand. */
function dataScript([id, value]: [string, unknown]): string {
  // A "<" inside a string could end the element.
  return `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`;
}

function replaceOnce(text: string, mark: string | RegExp, value: string): string {
  if (!(typeof mark === 'string' ? text.includes(mark) : mark.test(text))) throw new Error(`index.html has no ${mark}`);
  return text.replace(mark, () => value);
}

/** Puts a page together: language, policy, head, styles, preloads and markup. Throws when index.html lacks a mark. */
export function composePage(parts: PageParts): string {
  const { head, body } = splitHead(parts.rendered);
  const policy = contentSecurityPolicy(parts.style === undefined ? undefined : hashSource(parts.style));
  // The policy stands first: it holds for what comes after it.
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const scripts = parts.scripts.map((address) => `<script src="${address}"></script>`);
  const modules = [
    ...parts.modules.map((address) => `<link rel="modulepreload" href="${address}">`),
    ...parts.later.map((address) => `<link rel="modulepreload" fetchpriority="low" href="${address}">`),
  ];
  let page = replaceOnce(
    parts.template.replace(/\n\s*/g, '\n'),
    /<html lang="[^"]*">/,
    `<html lang="${parts.language}">`,
  );
  page = replaceOnce(page, /<meta charset="utf-8" ?\/?>/, `<meta charset="utf-8">${meta}`);
  page = replaceOnce(page, '<!--head-->', head + scripts.join(''));
  page = replaceOnce(page, '<!--page-->', body);
  page = replaceOnce(page, '<!--data-->', Object.entries(parts.data).map(dataScript).join(''));
  if (parts.style !== undefined)
    page = replaceOnce(page, /<link rel="stylesheet"[^>]*>/, `<style>${parts.style}</style>`);
  return replaceOnce(page, '</head>', `${modules.join('')}</head>`);
}
