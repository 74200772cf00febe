import { useState } from 'react';
import { usePage } from '../PageContext.tsx';
import styles from './CopyLink.module.css';

/** Copies an address to the clipboard and says so; where copying is forbidden it shows the address instead. */
export function CopyLink(props: { readonly path: string | (() => string) }) {
  const { t } = usePage();
  const [said, setSaid] = useState('');
  const copy = () => {
    const path = typeof props.path === 'string' ? props.path : props.path();
    const address = new URL(path, window.location.href).href;
    const written = navigator.clipboard?.writeText(address) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setSaid(t('diagrams.linkCopied')),
      () => setSaid(t('diagrams.linkNotCopied', { address })),
    );
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
