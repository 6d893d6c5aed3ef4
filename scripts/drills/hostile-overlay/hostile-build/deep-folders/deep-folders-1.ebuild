# try: folders five thousand deep
# outcome: any
EAPI=8
inherit hostile
src_install() {
	perl -e 'mkdir $ARGV[0]; chdir $ARGV[0]; for (1 .. 5000) { mkdir "d" or die; chdir "d" or die }' "${ED}/deep"
}
