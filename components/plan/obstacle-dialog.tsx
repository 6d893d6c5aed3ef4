'use client';

import { Dialog } from '@/components/ui/dialog';
import type { BuildObstacle } from '@/lib/plan/build-obstacle';
import { ObstacleNote } from './obstacle-note';

/** Answers the Build button when something is in the way: what, and how to get past it. */
export function ObstacleDialog({
  obstacle,
  open,
  onOpenChange,
}: {
  obstacle: BuildObstacle;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      wide
      title="It cannot be built here yet"
      description="The plan stands. This is what the build machine lacks for it."
    >
      <ObstacleNote obstacle={obstacle} title="What is in the way" />
    </Dialog>
  );
}
