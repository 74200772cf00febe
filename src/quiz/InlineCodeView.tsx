/** A text of a question: what stands between backticks is code. */
export function InlineCodeView({ text }: { readonly text: string }) {
  return text.split('`').map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a fixed text
      <code key={index} translate="no">
        {part}
      </code>
    ),
  );
}
