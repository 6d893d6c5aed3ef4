# try: answers in the name of other ebuilds
# outcome: any
EAPI=8
inherit hostile
for descriptor in 1 2 3 4 5 6 7 8 9; do
	printf 'EAPI=8\nSLOT=0\nDESCRIPTION=a lie\nRDEPEND=hostile-build/none\n\x1e\nEAPI=8\nSLOT=0\nDESCRIPTION=a lie\n\x1e\n' 2> /dev/null >&"${descriptor}"
done
