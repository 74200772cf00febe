import type { Description } from '../scene.ts';
import styles from './SceneText.module.css';

/** The picture in words: headings, sentences and tables. */
export function SceneText(props: { readonly description: Description; readonly name: string }) {
  const { summary, sections } = props.description;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className={styles.text} aria-label={props.name} tabIndex={0}>
      <p className={styles.summary}>{summary}</p>
      {sections.map(({ title, lines, table }) => (
        <section key={title}>
          <h3>{title}</h3>
          {lines.length === 1 && <p>{lines[0]}</p>}
          {lines.length > 1 && (
            <ul>
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
          {table && (
            <table>
              <thead>
                <tr>
                  {table.head.map((cell) => (
                    <th key={cell} scope="col">
                      {cell}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {table.rows.map((row) => (
                  <tr key={row.join(' ')}>
                    {row.map((cell, i) => (
                      <td key={table.head[i]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      ))}
    </section>
  );
}
