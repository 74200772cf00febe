import { useState } from 'react';
import { usePage } from '../PageContext.tsx';
import styles from './CopyLink.module.css';

/** Copies an address to the clipboard and says so; where copying is forbidden it shows the address instead. */
export function CopyLink(props: { readonly path: string | (() => Promise<string>) }) {
  const { t } = usePage();
  const [said, setSaid] = useState('');
  const copy = async () => {
    const path = typeof props.path === 'string' ? props.path : await props.path();
    const address = new URL(path, window.location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      setSaid(t('diagrams.linkCopied'));
    } catch {
      setSaid(t('diagrams.linkNotCopied', { address }));
    }
  };
  return (
    <span className={styles.copy}>
      <button type="button" onClick={copy}>
        {t('diagrams.copyLink')}
      </button>
      <span role="status">{said}</span>
    </span>
  );
}
