# try: the program computes for ever
# outcome: fails
# smoke: usr/bin/probe spins
EAPI=8
inherit hostile-program
