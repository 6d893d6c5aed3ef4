# try: the program takes all memory
# outcome: any
# smoke: usr/bin/probe memory
EAPI=8
inherit hostile-program
