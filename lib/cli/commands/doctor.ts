import { arm64Tools, type HostTool } from '../../host/host-tools';
import { howToGetArm64 } from '../../host/install-advice';
import type { Command } from '../command';
import { formatTable } from '../text';
import { withStudio } from '../with-studio';

export const command: Command = {
  usage: 'doctor',
  description: `Says which tools are there, in which version, what each is needed for and how to get what is missing; and whether this
machine allows the sandbox. The answer is no if something is missing without which nothing can be built.`,
  help: {},
  options: {},
  arguments: { least: 0, most: 0 },
  async run({ isJson, terminal }) {
    const report = await withStudio({ terminal, isJson }, ({ ask }) => ask('GET /api/doctor'));
    if (isJson) {
      terminal.out(JSON.stringify(report));
      return report.ok ? 0 : 1;
    }
    const mark = { ok: 'ok', old: 'too old', missing: 'missing' };
    terminal.out(formatTable(report.machine.map((check) => [check.ok ? 'ok' : 'NO', check.name, check.summary])));
    for (const check of report.machine) if (check.remedy) terminal.out(`  ${check.name}: ${check.remedy}`);
    terminal.out('');
    terminal.out(
      formatTable(
        report.tools.map((tool) => [
          tool.state === 'ok' ? 'ok' : tool.need === 'required' ? 'NO' : '-',
          tool.name,
          tool.state === 'ok' ? (tool.version ?? '') : mark[tool.state],
          tool.purpose,
        ]),
      ),
    );
    if (report.installCommand) terminal.out(`\nTo get what is missing:\n  ${report.installCommand}`);
    const isMissing = (tool: HostTool) =>
      report.tools.some(({ name, state }) => name === tool.command && state === 'missing');
    if (arm64Tools.some(isMissing)) terminal.out(`\nFor arm64-usr: ${howToGetArm64()}`);
    terminal.out(report.ok ? '\nThis machine can build.' : '\nThis machine cannot build yet.');
    return report.ok ? 0 : 1;
  },
};
