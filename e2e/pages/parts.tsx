// The real components, each alone on a page of its own: which one stands in the address, /log for one.
import { SearchParamsContext } from 'next/dist/shared/lib/hooks-client-context.shared-runtime';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { LogViewer } from '@/components/builds/log-viewer';
import { StreamProvider } from '@/components/data/stream';
import { TextPane } from '@/components/design/text-pane';
import { GraphCanvas } from '@/components/graph/graph-canvas';
import { buildGraph } from '@/components/graph/model';
import { Providers } from '@/components/shell/providers';
import { GridCell } from '@/components/tree/grid-parts';
import { type TreeRow, VirtualTree } from '@/components/tree/virtual-tree';
import { TokenInput } from '@/components/ui/token-input';
import { dependencyClasses } from '@/lib/pms/dependency-class';
import { madeUpPackage, madeUpPlan } from '@/lib/resolve/made-up-plan';

const query = new URLSearchParams(window.location.search);
const size = Number(query.get('size') ?? 0);

function Tokens() {
  const [values, setValues] = useState<readonly string[]>([]);
  const suggestions = [
    { value: 'dev-libs/openssl', note: 'TLS' },
    { value: 'sys-libs/zlib' },
    { value: 'sys-libs/zlib-ng' },
  ];
  return (
    <div>
      <label htmlFor="packages">Packages</label>
      <TokenInput
        values={values}
        onChange={setValues}
        suggestions={suggestions}
        control={{ id: 'packages', 'aria-describedby': 'held', 'aria-invalid': undefined }}
      />
      <output id="held">{values.join(' ')}</output>
    </div>
  );
}

/** `size` folders with two files each; the first is open. */
function Tree() {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(['folder-0']));
  const [acted, setActed] = useState('');
  const rows = Array.from({ length: size }, (_, at) => `folder-${at}`).flatMap((name): TreeRow<string>[] => [
    { key: name, level: 0, expanded: open.has(name), value: name },
    ...(open.has(name) ? ['a', 'b'] : []).map((file) => ({
      key: `${name}/${file}`,
      level: 1,
      expanded: null,
      value: `${file}-file`,
    })),
  ]);
  const toggle = ({ key }: TreeRow<string>) =>
    setOpen((old) => new Set(old.has(key) ? [...old].filter((one) => one !== key) : [...old, key]));
  return (
    <div style={{ height: 320, display: 'flex', flexDirection: 'column' }}>
      <VirtualTree
        label="Files"
        rows={rows}
        nameOf={(value) => value}
        onToggle={toggle}
        onActivate={(row) => setActed(row.key)}
        selected={acted}
        render={(row) => <GridCell>{row.value}</GridCell>}
        className="flex-1"
      />
      <output>{acted}</output>
    </div>
  );
}

function Editor() {
  const [text, setText] = useState('name: demo\nbaord: amd64-usr\n');
  const problems = text.includes('baord')
    ? [
        {
          field: 'baord',
          code: 'UNKNOWN_FIELD',
          message: '`baord` is no field',
          hint: 'Did you mean `board`?',
          line: 2,
          column: 1,
        },
      ]
    : [];
  return <TextPane text={text} onChange={setText} problems={problems as never} />;
}

/** One package that needs `size` others, which need nothing. */
const wide = () => {
  const packages = [
    madeUpPackage('final', 'app-misc/demo-1', { requested: true }),
    ...Array.from({ length: size }, (_, at) => madeUpPackage('final', `dev-libs/part${at}-1`)),
  ];
  const [first, ...others] = packages;
  const edges = others.map(({ id, cpv }) => ({
    from: first!.id,
    to: id,
    class: 'RDEPEND' as const,
    atom: cpv,
    conditions: [],
    soft: false,
  }));
  return madeUpPlan(packages, { edges });
};

const lanes = ['final'] as const;
const model = buildGraph(wide(), { lanes, expanded: new Set(), classes: new Set(dependencyClasses) });

function Graph() {
  const [selected, select] = useState<string | null>(null);
  const [opened, open] = useState('');
  return (
    <div>
      <div style={{ height: 400 }}>
        <GraphCanvas
          model={model}
          lanes={lanes}
          counts={{ host: 0, staging: 0, final: model.items.length }}
          selected={selected}
          showsHubs
          onSelect={select}
          onOpenGroup={open}
        />
      </div>
      <output>{`${selected ?? ''} ${opened}`.trim()}</output>
    </div>
  );
}

const Log = () => (
  <div style={{ height: 400 }}>
    <LogViewer run="run-1" packageId={null} title="demo" live={false} />
  </div>
);

const parts: Readonly<Record<string, () => React.ReactNode>> = {
  '/tokens': Tokens,
  '/tree': Tree,
  '/editor': Editor,
  '/graph': Graph,
  '/log': Log,
};
const Part = parts[window.location.pathname]!;

createRoot(document.querySelector('main')!).render(
  <StrictMode>
    <SearchParamsContext value={query}>
      <Providers nonce={undefined}>
        <StreamProvider>
          <Part />
        </StreamProvider>
      </Providers>
    </SearchParamsContext>
  </StrictMode>,
);
