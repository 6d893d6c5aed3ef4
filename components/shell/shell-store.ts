import { create } from 'zustand';

/** Which of the shell's overlays is open; nothing here survives a reload. */
interface ShellStore {
  readonly palette: boolean;
  readonly shortcuts: boolean;
  setPalette(open: boolean): void;
  setShortcuts(open: boolean): void;
}

export const useShell = create<ShellStore>((set) => ({
  palette: false,
  shortcuts: false,
  setPalette: (palette) => set({ palette }),
  setShortcuts: (shortcuts) => set({ shortcuts }),
}));
