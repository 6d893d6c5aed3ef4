# try: the program writes wherever it can
# outcome: any
# smoke: usr/bin/probe writes
EAPI=8
inherit hostile-program
