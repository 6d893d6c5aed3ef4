# try: the program prints without end
# outcome: any
# smoke: usr/bin/probe output
EAPI=8
inherit hostile-program
