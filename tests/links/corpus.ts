/** Links of every release, with sentences that the description of their picture must hold. Entries are only added. */
export const corpus: readonly {
  readonly release: string;
  readonly made: string;
  readonly fragment: string;
  readonly says: readonly string[];
}[] = [
  {
    release: '0.1.0',
    made: 'a fresh host',
    fragment: '1.g8UjImJjYwE',
    says: ['docker0 has 0 ports and is DOWN.', 'There are no containers.'],
  },
  {
    release: '0.1.0',
    made: 'two containers',
    fragment: '1.g8UjZsSS50AsNsfqGAAhNF6tgOkJAA',
    says: [
      'docker0 has 2 ports and is UP: veth7c481f3 (web), veth8db266b (db).',
      '172.17.0.2/16 d2:5d:f5:72:2d:44 UP its other end is veth7c481f3 (interface 4)',
      '172.17.0.3/16 86:80:68:c8:bf:9c UP its other end is veth8db266b (interface 5)',
    ],
  },
  {
    release: '0.1.0',
    made: 'inside docker run, when the cable has been made and not yet been plugged in',
    fragment: '1.g8UjZsSS50B8NuNL31hST6yOkpEeqKjQA8a5ko4BECqlJBZlK8UCAA',
    says: [
      'docker0 has 1 port and is UP: veth7c481f3 (web).',
      'db (alpine, created)',
      'veth8db266b (interface 5), its other end is eth0 (interface 2)',
    ],
  },
  {
    release: '0.1.0',
    made: 'a namespace that was made by hand',
    fragment: '1.g8UjZsQSdCBKnk3KKYWKEc7tSOpABQYw-0PMQTMDLJeIXp6UFmBJP8A0CkyiJcCoVIoFAA',
    says: ['docker0 has 1 port and is UP: va (blue).', 'va | 6 | LOWERLAYERDOWN | blue: vb (5)'],
  },
];
