import type { ComponentProps } from 'react';

/** Parts of a virtualised tree grid; a real table cannot leave out the rows that are not on screen. */
function part(role: 'row' | 'columnheader' | 'gridcell') {
  return function GridPart(props: ComponentProps<'div'>) {
    return <div role={role} {...props} />;
  };
}

export const GridRow = part('row');
export const GridHead = part('columnheader');
export const GridCell = part('gridcell');
