import { edgeLook } from '@/components/graph/edge-look';
import { PathAnatomy } from '@/components/path/path-anatomy';
import { placeTone } from '@/components/place/place';
import { PlaceMark } from '@/components/place/place-mark';
import { Quoted } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { TableHead } from '@/components/ui/table-head';
import type { DerivedNames } from '@/lib/layout/names';
import type { InvalidRoots, ValidRoots } from '@/lib/layout/roots';
import { dependencyClasses } from '@/lib/pms/dependency-class';
import { placeOfRoot } from './roots-input';

/** One row per dependency class: base path, offset prefix, result, and the rule that decided. */
export function TruthTable({ result, names }: { result: ValidRoots | InvalidRoots; names: DerivedNames }) {
  if (!result.valid) {
    return (
      <Notice level="act" title={<Quoted text={result.message} />}>
        <Quoted text={result.hint} />
      </Notice>
    );
  }
  return (
    <div className="pane rounded-lg border bg-surface">
      <table className="w-full min-w-[46rem] text-sm">
        <caption className="sr-only">Where dependencies are looked for</caption>
        <TableHead titles={['Class', 'Base path', 'Offset prefix', 'Result']} />
        <tbody aria-live="polite">
          {dependencyClasses.map((kind) => {
            const row = result.dependencies[kind];
            if (!row) {
              return (
                <tr key={kind} className="border-b text-muted last:border-b-0">
                  <th scope="row" className="mono px-3 py-2 text-left text-xs font-semibold">
                    {kind}
                  </th>
                  <td colSpan={3} className="px-3 py-2">
                    this EAPI does not have it
                  </td>
                </tr>
              );
            }
            const place = placeOfRoot(row.root, names);
            return (
              <tr key={kind} className="border-b align-top last:border-b-0">
                <th scope="row" className="px-3 py-2 text-left font-normal">
                  <span className="mono text-xs font-semibold">{kind}</span>
                  <span className="block text-xs text-muted">{edgeLook[kind].plain}</span>
                </th>
                <td className="max-w-56 px-3 py-2">
                  <span className="mono block truncate text-xs text-faint" title={row.root}>
                    {row.root}
                  </span>
                </td>
                <td className="px-3 py-2">
                  {row.prefix === '' ? (
                    <span className="text-xs text-muted">blank</span>
                  ) : (
                    <span
                      className={`mono rounded-sm border-b-2 px-0.5 text-xs ${placeTone[place].tint} ${placeTone[place].text} ${placeTone[place].edge}`}
                    >
                      {row.prefix}
                    </span>
                  )}
                </td>
                <td className="max-w-96 px-3 py-2">
                  <span className="flex min-w-0 items-center gap-2">
                    <PlaceMark place={place} />
                    <PathAnatomy path={row.path} root={row.root} prefix={row.prefix} place={place} copy />
                  </span>
                  <span className="mt-0.5 block text-xs text-muted">
                    <Quoted text={row.because} />
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr className="border-t bg-raised">
            <td colSpan={4} className="mono px-3 py-2 text-xs text-muted">
              {(['EROOT', 'ESYSROOT', 'BROOT'] as const).map((key) => (
                <span key={key} className="mr-5 inline-block">
                  {key}=<span className="text-ink">{result[key]}</span>
                </span>
              ))}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
