import { describe, expect, it } from 'vitest';
import { encodeFileCapabilities, formatFileCapabilities, parseFileCapabilities } from './file-capabilities';

describe('capabilities of files', () => {
  it.each([
    ['cap_net_raw=ep', 'cap_net_raw=ep'],
    ['cap_net_raw+ep', 'cap_net_raw=ep'],
    ['CAP_NET_RAW,cap_net_admin=eip', 'cap_net_admin,cap_net_raw=eip'],
    ['cap_net_raw=p', 'cap_net_raw=p'],
    ['cap_setuid=ep cap_setgid=ep', 'cap_setgid,cap_setuid=ep'],
    ['cap_net_raw=ep cap_net_raw-ep', ''],
    ['cap_sys_nice+i', 'cap_sys_nice=i'],
  ])('%j', (text, formatted) => {
    const parsed = parseFileCapabilities(text);
    expect(parsed && formatFileCapabilities(parsed)).toBe(formatted);
  });

  it.each(['', 'cap_net_raw', 'cap_no_such=ep', '+ep', 'cap_net_raw=x', 'cap_net_raw=ep cap_kill=p', '-r'])(
    'are none: %j',
    (text) => {
      expect(parseFileCapabilities(text)).toBeNull();
    },
  );

  it('are the bytes that the kernel stores', () => {
    // as `setcap cap_net_raw,cap_bpf=ep` leaves them: revision 2, effective; bit 13, and bit 39 in the upper word
    const parsed = parseFileCapabilities('cap_net_raw,cap_bpf=ep');
    expect(parsed && Buffer.from(encodeFileCapabilities(parsed)).toString('hex')).toBe(
      '0100000200200000000000008000000000000000',
    );
  });
});
