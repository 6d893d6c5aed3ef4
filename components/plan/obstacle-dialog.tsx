'use client';

import { Dialog } from '@/components/ui/dialog';
import type { BuildObstacle } from '@/lib/plan/build-obstacle';
import { ObstacleNote } from './obstacle-note';

/** Answers the Build button when something is in the way: what, and how to get past it. */
export function ObstacleDialog({
  obstacle,
  text,
  onText,
  open,
  onOpenChange,
}: {
  obstacle: BuildObstacle;
  /** text of the design, which fixes change */
  text: string;
  onText: (text: string) => void;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title="It cannot be built here yet"
      description="The plan stands. This is what is missing here to build it."
    >
      <ObstacleNote obstacle={obstacle} title="What is in the way" text={text} onText={onText} />
    </Dialog>
  );
}
