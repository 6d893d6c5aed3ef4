# try: does what a program should do
# outcome: succeeds
# smoke: usr/bin/probe harmless
EAPI=8
inherit hostile-program
