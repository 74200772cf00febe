import { useEffect, useState } from 'react';
import { usePage } from '../PageContext.tsx';
import { readStored, writeStored } from '../storage.ts';
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
    const stored = readStored('theme');
    setTheme(isTheme(stored) ? stored : 'auto');
  }, []);
  const choose = (next: Theme) => {
    setTheme(next);
    writeStored('theme', next === 'auto' ? null : next);
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  };
  return (
    <label className={styles.switch}>
      <span className="visually-hidden">{t('theme.label')}</span>
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
