'use client';

import { WordsField } from './flag-field';
import { RowsField } from './rows-field';
import type { DesignDraft } from './use-design-draft';

const wordLists = [
  {
    field: 'use',
    label: 'USE for all packages',
    aside: 'USE',
    placeholder: 'ssl -nls',
    help: 'Features to build in; a minus leaves one out.',
  },
  {
    field: 'accept_keywords',
    label: 'Keywords to accept',
    aside: 'ACCEPT_KEYWORDS',
    placeholder: '~amd64',
    help: '~amd64 also takes versions still in testing.',
  },
  {
    field: 'accept_license',
    label: 'Licences to accept',
    aside: 'ACCEPT_LICENSE',
    placeholder: '@FREE',
    help: 'Words and @groups.',
  },
  {
    field: 'package_mask',
    label: 'Never take',
    aside: 'package.mask',
    placeholder: '>=dev-lang/lua-5.4',
    help: 'Atoms that must not be chosen.',
  },
  {
    field: 'package_unmask',
    label: 'Take although masked',
    aside: 'package.unmask',
    placeholder: '=dev-lang/lua-5.4*',
    help: 'Atoms the profile hides.',
  },
  {
    field: 'allow_network',
    label: 'May use the network',
    aside: 'network-sandbox',
    placeholder: 'dev-util/example',
    help: 'Packages whose ebuild asks for it while it is built, such as live ones.',
  },
  {
    field: 'host_provides',
    label: 'The host has',
    aside: 'host provides',
    placeholder: 'sys-devel/bison',
    help: 'Build tools taken as present, so they are not planned.',
  },
  {
    field: 'target_provides',
    label: 'The target has',
    aside: 'package.provided',
    placeholder: '=virtual/mta-9999',
    help: 'Exact versions that the target system provides, so they are not shipped.',
  },
];

const sourceLists = [
  {
    field: 'folders',
    label: 'Folders with source files',
    placeholder: '/srv/sources',
    help: 'On the build machine; checked against the Manifest like any other.',
  },
  {
    field: 'mirrors',
    label: 'Mirrors',
    aside: 'GENTOO_MIRRORS',
    placeholder: 'https://mirror.example/gentoo',
    help: 'Tried before the addresses that ebuilds name.',
  },
  {
    field: 'suites',
    label: 'Further suites of Debian',
    placeholder: 'forky sid',
    help: 'Where a Debian build machine looks for sources, besides bookworm and trixie.',
  },
];

/** Everything else a design can say, on the same page. */
export function ExpertFields({ draft }: { draft: DesignDraft }) {
  return (
    <div className="flex flex-col gap-5">
      <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
        {wordLists.map(({ field, ...words }) => (
          <WordsField key={field} draft={draft} path={[field]} {...words} />
        ))}
      </div>
      <fieldset className="min-w-0">
        <legend className="mb-2 text-sm font-medium">Sources</legend>
        <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
          {sourceLists.map(({ field, ...words }) => (
            <WordsField key={field} draft={draft} path={['sources', field]} {...words} />
          ))}
        </div>
      </fieldset>
      <RowsField
        draft={draft}
        name="package_use"
        label="USE per package"
        keyLabel="package"
        valueLabel="flags"
        keyPlaceholder="dev-lang/python"
        valuePlaceholder="sqlite -tk"
        words
        help="Wins over USE for all packages."
      />
      <RowsField
        draft={draft}
        name="package_accept_keywords"
        label="Keywords per package"
        keyLabel="package"
        valueLabel="keywords"
        keyPlaceholder="app-misc/jq"
        valuePlaceholder="~amd64"
        words
        help="Accept a testing version of one package only."
      />
      <RowsField
        draft={draft}
        name="make_conf"
        label="make.conf"
        keyLabel="variable"
        valueLabel="value"
        keyPlaceholder="PYTHON_TARGETS"
        valuePlaceholder="python3_12"
        words={false}
        help="Further variables; USE, ROOT and the like have fields of their own."
      />
    </div>
  );
}
