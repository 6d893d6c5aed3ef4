# try: dependencies nested a hundred thousand deep
# outcome: any
EAPI=8
inherit hostile
open=$(printf '( %.0s' {1..100000})
close=$(printf ') %.0s' {1..100000})
RDEPEND="${open}app-text/tree ${close}"
