import { describe, expect, it } from 'vitest';
import {
  parseTemplate,
  runTemplate,
  type TemplateOptions,
  type TemplateValue,
  unescapeFormat,
} from '../../src/engine/docker/template.ts';

function render(source: string, value: TemplateValue, options: TemplateOptions = {}): string {
  const parsed = parseTemplate(unescapeFormat(source));
  if ('error' in parsed) return `! ${parsed.error}`;
  const result = runTemplate(parsed.nodes, value, options);
  return result.text + (result.error ? `! ${result.error}` : '');
}

const container = {
  Name: '/web',
  State: { Running: true, Pid: 914 },
  Config: { Env: ['A=1', 'B=2'], Cmd: ['nginx', '-g', 'daemon off;'], Volumes: null },
  Mounts: [{ Type: 'volume', RW: true }],
  Networks: { bridge: { IPAddress: '172.17.0.2' }, apps: { IPAddress: '172.18.0.2' } },
};

describe('--format templates', () => {
  it.each([
    ['{{.Name}} {{.State.Running}}', '/web true'],
    ['{{.Config.Env}}', '[A=1 B=2]'],
    ['{{json .Config.Cmd}}', '["nginx","-g","daemon off;"]'],
    ['{{range .Mounts}}{{.Type}} {{.RW}}{{end}}', 'volume true'],
    ['{{range $k, $v := .Networks}}{{$k}}={{$v.IPAddress}} {{end}}', 'apps=172.18.0.2 bridge=172.17.0.2 '],
    ['{{if .State.Running}}up{{else}}down{{end}}', 'up'],
    ['{{len .Config.Env}} {{index .Config.Env 1 | lower}}', '2 b=2'],
    ['{{(index .Networks "bridge").IPAddress}}', '172.17.0.2'],
    ['{{.Config.Volumes}}', '<no value>'],
    ['{{join .Config.Env ","}}\\t{{upper "x"}}', 'A=1,B=2\tX'],
    ['{{with .State}}{{.Pid}}{{end}}', '914'],
  ])('%s prints %s', (source, printed) => expect(render(source, container)).toBe(printed));

  it.each([
    ['{{', '! template: :1: unclosed action'],
    ['{{.Nope}}', '! template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
    ['{{.State.Nope}}', '! template: :1:8: executing "" at <.State.Nope>: map has no entry for key "Nope"'],
  ])('%s fails as recorded', (source, printed) => expect(render(source, container)).toBe(printed));

  it('names the Go type of a row that lacks a field, and calls its methods', () => {
    const methods = Object.fromEntries([['Label', (name: string) => `<${name}>`]]);
    const type = '*formatter.ContainerContext';
    const wrong = `! template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type ${type}`;
    expect(render('{{.Nope}}', container, { type })).toBe(wrong);
    expect(render('{{.Label "tier"}}', container, { methods })).toBe('<tier>');
  });
});
