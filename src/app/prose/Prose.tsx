import { createElement, Fragment, type ReactNode } from 'react';
import type { ProseNode } from '../../lessons/lesson.ts';
import { directives } from './directives.tsx';
import styles from './Prose.module.css';

type Props = Readonly<Record<string, unknown>>;

/** Links out of the site say so to the browser; the address of the page they come from is nobody's business. */
function Anchor({ href, children, ...rest }: { readonly href?: string; readonly children?: ReactNode }) {
  const outside = href !== undefined && /^https?:/.test(href);
  return (
    <a href={href} {...rest} {...(outside ? { rel: 'noreferrer' } : {})}>
      {children}
    </a>
  );
}

/** A table that is wider than the column scrolls in its own box, which the keyboard can reach. */
function Table({ children }: { readonly children?: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <div className={styles.scroll} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

function elementOf(tag: string): string | ((props: never) => ReactNode) {
  if (tag === 'a') return Anchor;
  if (tag === 'table') return Table;
  return Object.hasOwn(directives, tag)
    ? (directives[tag as keyof typeof directives] as (props: never) => ReactNode)
    : tag;
}

function render(node: ProseNode): ReactNode {
  if (typeof node === 'string') return node;
  const [tag, props, ...children] = node;
  const type = tag === '' ? Fragment : elementOf(tag);
  return createElement(type as string, props as Props | null, ...children.map(render));
}

/** Renders the element tree of a lesson; directives become the components of directives.tsx. */
export function Prose(props: { readonly tree: readonly ProseNode[] }) {
  return <div className={styles.prose}>{createElement(Fragment, null, ...props.tree.map(render))}</div>;
}
