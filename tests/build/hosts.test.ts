import { describe, expect, it } from 'vitest';
import { readHosts, readImages } from '../../src/build/hosts.ts';

describe('content/hosts', () => {
  const hosts = readHosts('.');
  const catalogue = readImages('.');

  it('counts times from the boot instant', () => {
    // 02:08 is 112 minutes before 04:00.
    expect(hosts['docker-host']?.machines[0]?.installed).toBe(-112 * 60 * 1_000_000);
  });

  it('names only images of the catalogue and wires that have two ends', () => {
    const known = new Set(catalogue.images.flatMap((image) => image.names));
    for (const { machines } of Object.values(hosts)) {
      const ends = new Map(
        machines.flatMap((m) =>
          m.network.interfaces.map((i): [string, string | undefined] => [`${m.name}/${i.name}`, i.wire]),
        ),
      );
      for (const image of machines.flatMap((machine) => machine.images)) expect(known).toContain(image);
      for (const [end, wire] of ends) if (wire !== undefined) expect(ends.get(wire)).toBe(end);
    }
  });

  it('every layer is used, and image sizes contain their layers', () => {
    const used = new Set(catalogue.images.flatMap((image) => image.history.map((step) => step.layer)));
    expect(Object.keys(catalogue.layers).filter((layer) => !used.has(layer))).toEqual([]);
    for (const image of catalogue.images) {
      const layers = image.history.reduce(
        (sum, { layer }) => sum + (layer ? (catalogue.layers[layer]?.size ?? 0) : 0),
        0,
      );
      expect(layers + image.manifestSize).toBeLessThanOrEqual(image.size);
    }
  });
});
