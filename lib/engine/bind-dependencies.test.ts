import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bindDependencies } from './bind-dependencies';
import type { TargetRoot } from './vdb';

let target: TargetRoot;

beforeEach(() => {
  target = { root: mkdtempSync(join(tmpdir(), 'bind-')), eprefix: '/opt/demo' };
  for (const [cpv, slot] of [
    ['dev-libs/openssl-3.0.1', '0/3'],
    ['dev-lang/python-3.11.2', '3.11'],
    ['dev-lang/python-3.12.1', '3.12'],
    ['sys-libs/zlib-1.3', '0/1'],
  ]) {
    const directory = join(target.root, '/opt/demo/var/db/pkg', cpv ?? '');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'SLOT'), `${slot}\n`);
  }
});
afterEach(() => rmSync(target.root, { recursive: true, force: true }));

it.each([
  ['dev-libs/openssl:=', 'dev-libs/openssl:0/3='],
  ['>=dev-libs/openssl-1.1:0=[-test(-)]', '>=dev-libs/openssl-1.1:0/3=[-test(-)]'],
  ['dev-lang/python:=', 'dev-lang/python:3.12/3.12='],
  ['<dev-lang/python-3.12:=', '<dev-lang/python-3.12:3.11/3.11='],
  ['dev-lang/python:3.11=', 'dev-lang/python:3.11/3.11='],
  ['sys-libs/zlib dev-libs/absent:=', 'sys-libs/zlib dev-libs/absent:='],
  ['dev-libs/openssl:* !dev-libs/openssl:0=', 'dev-libs/openssl:* !dev-libs/openssl:0='],
  ['ssl? ( dev-libs/openssl:= ) !ssl? ( net-libs/gnutls:= )', 'dev-libs/openssl:0/3='],
  ['|| ( dev-libs/openssl:= sys-libs/zlib:= )', '|| ( dev-libs/openssl:0/3= sys-libs/zlib:0/1= )'],
])('binds %s', async (written, bound) => {
  const metadata = { EAPI: '8', RDEPEND: written };
  const targets = { BDEPEND: null, IDEPEND: null, DEPEND: target, RDEPEND: target, PDEPEND: target };
  expect((await bindDependencies(metadata, new Set(['ssl']), targets)).get('RDEPEND')).toBe(bound);
});
