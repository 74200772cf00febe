import type { Transaction } from '../core/transaction.ts';

/** Left halves of generated names (moby, pkg/namesgenerator). */
const ADJECTIVES =
  'admiring adoring affectionate agitated amazing angry awesome beautiful blissful bold boring brave busy charming clever compassionate competent condescending confident cool cranky crazy dazzling determined distracted dreamy eager ecstatic elastic elated elegant eloquent epic exciting fervent festive flamboyant focused friendly frosty funny gallant gifted goofy gracious great happy hardcore heuristic hopeful hungry infallible inspiring intelligent interesting jolly jovial keen kind laughing loving lucid magical modest musing mystifying naughty nervous nice nifty nostalgic objective optimistic peaceful pedantic pensive practical priceless quirky quizzical recursing relaxed reverent romantic sad serene sharp silly sleepy stoic strange stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous wizardly wonderful xenodochial youthful zealous zen'.split(
    ' ',
  );

/** Right halves: a few of the scientists and engineers of moby's list. */
const SURNAMES =
  'albattani allen archimedes babbage banach bartik bell blackwell bohr booth borg bose boyd brahmagupta brattain brown carson cerf chandrasekhar cohen cori curie darwin dijkstra driscoll easley einstein elion engelbart euclid euler fermat fermi feynman franklin galileo gates goldberg goodall grothendieck hamilton hawking heisenberg hertz hodgkin hopper hypatia jackson jang jepsen johnson joliot jones kalam kare keller kepler khayyam khorana kilby knuth kowalevski lalande lamarr lamport leakey leavitt liskov lovelace lumiere mahavira maxwell mayer mccarthy mcclintock meitner mendel mendeleev merkle mestorf minsky mirzakhani morse murdock neumann newton nightingale nobel noether noyce panini pare pasteur payne perlman pike poincare poitras ptolemy raman ramanujan ride ritchie roentgen rosalind saha sammet shannon shaw shirley shockley sinoussi snyder spence stallman stonebraker swanson swartz swirles tesla thompson torvalds turing varahamihira visvesvaraya volhard wescoff wiles williams wilson wing wozniak wright yalow yonath'.split(
    ' ',
  );

/** `adjective_surname`, never boring_wozniak; later tries get a digit, as moby gives them. */
export function generateName(tx: Transaction, tries: number): string {
  const adjective = ADJECTIVES[tx.chance('name.adjective', ADJECTIVES.length)] as string;
  const surname = SURNAMES[tx.chance('name.surname', SURNAMES.length)] as string;
  const name = `${adjective}_${surname}`;
  if (name === 'boring_wozniak') return generateName(tx, tries);
  return tries > 0 ? `${name}${tx.chance('name.digit', 10)}` : name;
}
