import { type ArrangeInput, arrange } from './arrange';

self.onmessage = (event: MessageEvent<{ readonly ticket: number; readonly input: ArrangeInput }>) => {
  const { ticket, input } = event.data;
  self.postMessage({ ticket, arrangement: arrange(input) });
};
