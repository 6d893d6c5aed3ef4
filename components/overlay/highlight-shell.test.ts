import { describe, expect, it } from 'vitest';
import { highlighterOf, highlightShell } from './highlight-shell';

const ebuild = `# a comment
EAPI=8
inherit toolchain-funcs
SRC_URI="https://example.org/\${P}.tar.gz
	mirror://gnu/x" # behind
src_compile() {
	emake CC="$(tc-getCC)" || die 'no \\'
	echo a#b \\" "unclosed
}`;

describe('an ebuild in tones', () => {
  it('loses and adds nothing, whatever it holds', () => {
    for (const text of [ebuild, '', '"', "'\n'", '"\\', '$', '${', '\\', '"a$']) {
      const joined = highlightShell(text).map((line) => line.map((part) => part.text).join(''));
      expect(joined.join('\n')).toBe(text);
    }
  });

  it('tells comments, quoted text over lines, variables and names apart', () => {
    const tones = highlightShell(ebuild).map((line) => Object.fromEntries(line.map((part) => [part.text, part.tone])));
    expect(tones[0]).toEqual({ '# a comment': 'text-faint italic' });
    expect(tones[1]?.EAPI).toBe('font-semibold');
    expect(tones[3]?.[['$', '{P}'].join('')]).toBe('text-link-ink');
    expect(tones[4]?.['# behind']).toBe('text-faint italic');
    expect(tones[5]?.src_compile).toBe('font-semibold');
    expect(JSON.stringify(tones[7])).not.toContain('text-faint');
  });

  it('is chosen by the name of the file', () => {
    expect(highlighterOf('eclass/a.eclass')).toBe(highlightShell);
    expect(highlighterOf('app-test/a/files/a.patch')('+x')[0]?.[0]?.tone).toBe('text-final-ink');
    expect(highlighterOf('app-test/a/metadata.xml')('x')[0]?.[0]?.tone).toBe('');
  });
});
