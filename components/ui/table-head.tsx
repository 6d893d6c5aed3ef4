/** The titles of a table's columns; `sticky`: they stay in sight while the rows scroll. */
export function TableHead({
  titles,
  cell = 'px-3 py-1.5',
  sticky = false,
}: {
  titles: readonly string[];
  /** spacing, as in the rows below */
  cell?: string;
  sticky?: boolean;
}) {
  return (
    <thead className={`bg-raised text-left text-muted ${sticky ? 'sticky top-0' : ''}`}>
      <tr>
        {titles.map((title) => (
          <th key={title} scope="col" className={`border-b font-medium ${cell}`}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}
