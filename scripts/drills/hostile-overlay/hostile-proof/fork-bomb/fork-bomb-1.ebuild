# try: the program is a fork bomb
# outcome: any
# smoke: usr/bin/probe fork-bomb
EAPI=8
inherit hostile-program
