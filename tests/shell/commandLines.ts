// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are words of the shell.
/** Command lines by a grammar: what learners type, what they mistype, and plain junk. Drawn from a seed. */
export class CommandLines {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2654435761 + 12345) >>> 0;
  }

  /** The next whole number below `n`. */
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  private one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  private some(most: number, make: () => string): string {
    return Array.from({ length: this.below(most + 1) }, make).join(' ');
  }

  line(): string {
    switch (this.below(12)) {
      case 0:
        return this.junk();
      case 1:
      case 2:
        return this.compound(2);
      case 3:
      case 4:
      case 5:
        return this.docker();
      case 6:
        return this.network();
      case 7:
        return this.mutated(this.pipeline());
      default:
        return this.pipeline();
    }
  }

  private junk(): string {
    const pieces = [
      ...'`$(){}[]<>|&;\'"\\!*?~#=%^,./-+:@ \t',
      '$((',
      '))',
      '${',
      '<<',
      '<<<',
      '>&',
      '2>',
      '&&',
      '||',
      ';;',
      'if',
      'then',
      'fi',
      'do',
      'done',
      'for',
      'in',
      'case',
      'esac',
      'while',
      'function',
      'x',
      'echo',
      '$x',
      '${x',
      '$(echo',
      '\u00e9',
      '한',
      '😀',
      '\0',
      '0x',
      '1e9',
      '-n',
      'EOF',
      '__proto__',
      'constructor',
      'toString',
      '\x1b[A',
      '[[',
      ']]',
      '((',
      '=~',
      '%s',
      '{1..3}',
      '{a,b}',
      '\n',
    ];
    return Array.from({ length: 1 + this.below(14) }, () => this.one(pieces) + (this.below(3) ? '' : ' ')).join('');
  }

  private mutated(line: string): string {
    const at = this.below(line.length + 1);
    const drop = this.below(4);
    return line.slice(0, at) + (this.below(2) ? this.one([...'\'"`$()|&;<>\\{}*~-']) : '') + line.slice(at + drop);
  }

  private compound(depth: number): string {
    const inner = (): string => (depth > 0 && this.below(3) === 0 ? this.compound(depth - 1) : this.pipeline());
    switch (this.below(14)) {
      case 0:
        return `if ${inner()}; then ${inner()}; else ${inner()}; fi`;
      case 1:
        return `for ${this.name()} in ${this.some(4, () => this.word())}; do ${inner()}; done`;
      case 2:
        return `i=0; while [ $i -lt ${this.below(4)} ]; do ${inner()}; i=$((i+1)); done`;
      case 3:
        return `case ${this.word()} in ${this.word()}) ${inner()};; *) ${inner()};; esac`;
      case 4:
        return `${this.name()}() { ${inner()}; }; ${this.name()} ${this.word()}`;
      case 5:
        return `( ${inner()} )`;
      case 6:
        return `{ ${inner()}; } 2>&1`;
      case 7:
        return `${inner()} && ${inner()} || ${inner()}`;
      case 8:
        return `${inner()} &`;
      case 9:
        return `cat <<${this.one(['E', "'E'", '-E'])}\n${this.word()} $(${inner()})\nE`;
      case 10:
        return `trap '${this.pipeline().replaceAll("'", '')}' ${this.one(['EXIT', 'INT', 'TERM', 'USR1', 'CHLD', '0', 'NOPE'])}`;
      case 11:
        return `set ${this.one(['-e', '-u', '-x', '+x', '-o pipefail', '--', '-f', '+f', '+eu'])} ${this.some(2, () => this.word())}; ${inner()}`;
      case 12:
        return `eval "${inner().replaceAll('"', '')}"; sh -c '${this.pipeline().replaceAll("'", '')}'`;
      default:
        return `! ${inner()}; ${inner()}`;
    }
  }

  private pipeline(): string {
    return Array.from({ length: 1 + (this.below(3) ? 0 : 1 + this.below(3)) }, () => this.command()).join(' | ');
  }

  private command(): string {
    const assignment = this.below(10) ? '' : `${this.name()}=${this.word()} `;
    const redirect = this.below(6)
      ? ''
      : ` ${this.one(['>', '>>', '<', '2>', '2>&1 >', '&>', '<<<', '>|', '3<', '<>'])} ${this.one(['f', 'g', '/dev/null', 'd/x', '/nope/x', '$x', '"a b"', '&1', '&9'])}`;
    return `${assignment}${this.one(COMMANDS)} ${this.some(3, () => (this.below(3) ? this.word() : this.flag()))}${redirect}`;
  }

  private flag(): string {
    const letter = this.one([...'abcdefghijklmnopqrstuvwxyzABCEFHLNRSTZ0125']);
    switch (this.below(6)) {
      case 0:
        return `--${this.one(['help', 'version', 'all', 'verbose', 'nope', 'format', 'color=auto', 'n', '', 'follow', 'lines=2'])}`;
      case 1:
        return `-${letter} ${this.word()}`;
      case 2:
        return `-${letter}${this.one([...'abcdefnrstvx0123'])}`;
      default:
        return `-${letter}`;
    }
  }

  private name(): string {
    return this.one(['x', 'y', 'i', 'foo', '_a1', 'PATH_', 'IFS', 'web', '__proto__', 'constructor']);
  }

  private word(): string {
    if (this.below(14) === 0) return `$(${this.below(3) ? this.command() : this.pipeline()})`;
    return this.one(WORDS);
  }

  private docker(): string {
    const many = this.some(3, () => this.one([...DOCKER_FLAGS, this.word()]));
    return `docker ${this.one(DOCKER)} ${many} ${this.some(2, () => this.one(DOCKER_WORDS))} ${this.some(2, () => this.one(['sh -c "echo hi"', 'sleep 1', 'ls', 'true', this.word()]))}`.trimEnd();
  }

  private network(): string {
    return `${this.one(NETWORK)} ${this.some(2, () => this.one(NETWORK_WORDS))}`.trimEnd();
  }
}

const COMMANDS: readonly string[] =
  `ls cat echo printf grep head tail wc sort uniq cut tr sed awk xargs tee seq yes cp mv rm mkdir rmdir touch ln stat
  readlink realpath basename dirname test [ sleep timeout true false env export cd pwd id whoami uname hostname date
  uptime free nproc df du ps pgrep pkill pidof kill killall which dmesg man help find tar jq od hexdump diff chmod chown
  mount umount lsns systemctl tty clear sync nohup setsid ip bridge brctl ping curl wget nc ss nslookup traceroute
  docker sh bash dash unset set read shift type command hash alias history jobs fg bg wait disown trap exec eval source .
  local return break continue getopts let declare readonly umask ulimit times mapfile printenv less more dd nsenter
  unshare chroot free expr nosuch /bin/ls ./f /etc/passwd /proc/self/exe redis-cli nginx exit`.split(/\s+/);

const WORDS: readonly string[] = [
  'a',
  'b',
  'f',
  'g',
  'd',
  'd/x',
  '.',
  '..',
  '/',
  '/etc',
  '/etc/passwd',
  '/etc/hosts',
  '/proc',
  '/proc/self',
  '/proc/1/ns',
  '/proc/self/status',
  '/sys/class/net',
  '/sys/fs/cgroup',
  '/dev/null',
  '/dev/zero',
  '/tmp',
  '/nope',
  '~',
  '~root',
  '*',
  '?',
  '/*',
  '[a-z]*',
  '{a,b}',
  '{1..3}',
  '$x',
  '"$x"',
  '${x:-d}',
  '${x#a}',
  '${x/a/b}',
  '${#x}',
  '${x:1:2}',
  '$?',
  '$$',
  '$!',
  '$@',
  '"$@"',
  '$((1+2))',
  '$((x++))',
  '$((1/0))',
  "'a b'",
  '"a b"',
  "$'a\\tb'",
  '\\*',
  '-',
  '--',
  '-1',
  '0',
  '1',
  '2',
  '3',
  '5',
  '10',
  '100',
  '1.5',
  '1e3',
  '0x10',
  '99999999999999999999',
  'abc',
  '^a',
  'a.c',
  '[',
  ']',
  '[[:alpha:]]',
  "'s/a/b/g'",
  "'s/\\(.*\\)/\\1\\1/'",
  "'{print $1}'",
  "'BEGIN{for(;;){if(i++>9)exit}}'",
  "'(a|b)+$'",
  "'%s\\n'",
  "'%d %5.2f'",
  "'.[]|.Id?'",
  "'map(.a)'",
  'a=1',
  'name=v',
  'TERM',
  'KILL',
  '%1',
  '1-3',
  '-n',
  'eth0',
  'docker0',
  'lo',
  'web',
  'c1',
  'if=/dev/zero',
  'of=f',
  'count=1',
  'bs=1k',
  '{}',
  '\\;',
  '-exec',
  '-name',
  '+%s',
  '127.0.0.1',
  '172.17.0.2',
  'localhost',
  '80',
  '-lt',
  '-eq',
  '-f',
  '=',
  '!=',
  '!',
  '-a',
  '\\(',
  '\\)',
  '-m',
  '644',
  'u+x',
  'root',
  'root:root',
  '0.1',
  '1s',
  'é',
  '한글',
  '__proto__',
  "''",
  '""',
];

const DOCKER: readonly string[] = [
  'ps',
  'ps',
  'run',
  'run',
  'run -d',
  'run --rm',
  'run -d --name web',
  'create',
  'start',
  'stop',
  'restart',
  'kill',
  'rm',
  'rm -f',
  'rename',
  'logs',
  'exec',
  'exec web',
  'inspect',
  'images',
  'pull',
  'network',
  'network ls',
  'network inspect',
  'network create',
  'network rm',
  'port',
  'top',
  'wait',
  'version',
  'info',
  'container',
  'container ls',
  'container prune -f',
  'image',
  'image ls',
  'image inspect',
  'rmi',
  'volume ls',
  'pause',
  'unpause',
  'cp',
  'stats --no-stream',
  'diff',
  'attach',
  'update',
  'system df',
  'events',
  'help',
  'nope',
  'bulid',
  '',
];

const DOCKER_FLAGS: readonly string[] = [
  '-a',
  '-q',
  '-d',
  '-i',
  '-t',
  '-it',
  '-aq',
  '--rm',
  '--name web',
  '--name c1',
  '--name=a_b',
  '--name ../x',
  '-p 8080:80',
  '-p 80',
  '-p x',
  '-e A=1',
  '-e HOME',
  '-v /tmp:/data',
  '-v vol:/x',
  '-w /tmp',
  '-u 1000',
  '-h box',
  '--network none',
  '--network host',
  '--network nope',
  '--network container:web',
  '--init',
  '--privileged',
  '--read-only',
  '-m 64m',
  '-m x',
  '--cpus 0.5',
  '--pid host',
  '--restart always',
  '--restart on-failure:2',
  '--entrypoint echo',
  '--format {{.ID}}',
  "--format '{{json .}}'",
  "--format '{{.State.Pid}}'",
  "--format '{{range .}}'",
  "-f '{{.Nope}}'",
  '--filter name=w',
  '--filter status=exited',
  '--filter x',
  '-f',
  '-n 2',
  '--no-trunc',
  '-s',
  '-l',
  '--tail 2',
  '--since 1m',
  '--help',
  '--nope',
  '-z',
  '-t 1',
  '-s KILL',
  '--signal TERM',
  '--stop-signal INT',
  '--ip 172.17.0.9',
  '--mac-address 02:42:ac:11:00:09',
  '--label a=b',
  '--cap-drop ALL',
  '--cap-add NET_ADMIN',
  '--detach-keys ctrl-x',
  '--',
];

const DOCKER_WORDS: readonly string[] = [
  'web',
  'c1',
  'web',
  'nginx:alpine',
  'alpine',
  'alpine',
  'busybox',
  'redis:7-alpine',
  'hello-world',
  'nope:1',
  'UPPER',
  'bridge',
  'host',
  'none',
  'net1',
  '$(docker ps -q)',
  '$(docker ps -aq)',
  'a:b:c',
  '""',
  '80',
  '80/tcp',
  'web:/etc/hosts',
];

const NETWORK: readonly string[] = [
  'ip link',
  'ip a',
  'ip -br a',
  'ip -d link show',
  'ip link add',
  'ip link add v0 type veth peer name v1',
  'ip link set v0 master docker0',
  'ip link set',
  'ip link del',
  'ip link del v0',
  'ip addr add',
  'ip addr add 10.0.0.1/24 dev',
  'ip addr del',
  'ip route',
  'ip route add',
  'ip route get',
  'ip route del',
  'ip neigh',
  'ip neigh flush',
  'ip netns',
  'ip netns add',
  'ip netns exec',
  'ip netns del',
  'ip nope',
  'ip -j link',
  'ip -s link',
  'bridge link',
  'bridge fdb show',
  'bridge fdb add',
  'bridge vlan',
  'brctl show',
  'brctl addbr',
  'brctl addif',
  'brctl delif',
  'ping -c1',
  'ping -c 2 -W 1',
  'ping',
  'curl',
  'curl -s',
  'curl -I',
  'wget -qO-',
  'nc -z',
  'nc -l -p',
  'nc',
  'ss -tln',
  'ss',
  'nslookup',
  'traceroute',
  'ip link set lo down',
  'ip link add br0 type bridge',
  'ip link set br0 up',
];

const NETWORK_WORDS: readonly string[] = [
  'docker0',
  'eth0',
  'lo',
  'v0',
  'v1',
  'br0',
  'veth0',
  'ns1',
  'dev',
  'dev eth0',
  'via 10.0.0.1',
  'default',
  '10.0.0.0/8',
  '10.0.0.300/24',
  '172.17.0.2',
  '172.17.0.1',
  '127.0.0.1',
  'localhost',
  'web',
  'nope.example',
  '::1',
  'up',
  'down',
  'master docker0',
  'nomaster',
  'type veth',
  'type bridge',
  'peer name v9',
  'netns 1',
  'netns ns1',
  'mtu 100',
  'mtu x',
  'address 02:00:00:00:00:01',
  '80',
  '99999',
  '-4',
  '-6',
  '--nope',
  'ip a',
  'sh -c "ip link"',
  'http://172.17.0.2',
  'http://localhost:8080/x',
  'https://a.example',
  '0',
  '255.255.255.255',
  'scope link',
  'metric 5',
  'src 1.2.3.4',
];
