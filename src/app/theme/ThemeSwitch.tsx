import { useEffect, useState } from 'react';
import { usePage } from '../PageContext.tsx';
import { writeStored } from '../storage.ts';
import styles from './ThemeSwitch.module.css';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const isTheme = (value: string | null): value is Theme => themes.some((theme) => theme === value);

/** Light, dark or as the system says. The choice is kept on the device; public/theme.js applies it before the first paint. */
export function ThemeSwitch() {
  const { t } = usePage();
  // Before hydration the control is disabled: a choice made then would be lost.
  const [theme, setTheme] = useState<Theme | undefined>();
  useEffect(() => {
    // A link may bring a theme of its own: what is shown is what the page is in.
    const root = document.documentElement;
    const look = () => {
      const shown = root.dataset.theme ?? null;
      setTheme(isTheme(shown) ? shown : 'auto');
    };
    look();
    const observer = new MutationObserver(look);
    observer.observe(root, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  const choose = (next: Theme) => {
    writeStored('theme', next === 'auto' ? null : next);
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <label className={styles.switch}>
      <span className="visually-hidden">{t('theme.label')}</span>
      <span className={styles.mark} aria-hidden="true" />
      <select
        value={theme ?? 'auto'}
        disabled={theme === undefined}
        onChange={(event) => {
          if (isTheme(event.target.value)) choose(event.target.value);
        }}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {t(`theme.${name}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
