"""A real Slurm cluster of its own: two nodes in a private folder, with its own keys, ports and processes."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

NODES = ("node1", "node2")
CPUS = 8
"""Of each node; more than this machine may have."""
SHORT = "short"
"""A partition that allows one minute."""
URGENT = "urgent"
"""A partition whose jobs take the place of those of other partitions."""
NEEDED = ("setpriv", "munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
ACCOUNTING = ("slurmdbd", "mariadbd", "mariadb-install-db", "sacctmgr", "sacct")
_SEARCH = f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin:/sbin"
_PATIENCE_S = 40.0

_SLURM = """
ClusterName=private
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ctld_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
CryptoType=crypto/munge
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=bf_interval=2,sched_interval=2
MpiDefault=none
ReturnToService=2
KillWait=1
DefMemPerCPU=400
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
{accounting}
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 Port={node_port} CPUs={cpus} RealMemory=4000 State=UNKNOWN
NodeName=node2 NodeHostname={host} NodeAddr=127.0.0.1 Port={other_port} CPUs={cpus} RealMemory=4000 State=UNKNOWN
PartitionName=debug Nodes=node1,node2 Default=YES MaxTime=INFINITE State=UP
PartitionName={short} Nodes=node1,node2 MaxTime=00:01:00 State=UP
PartitionName={urgent} Nodes=node1,node2 PriorityTier=10 State=UP
"""
_NO_ACCOUNTING = "AccountingStorageType=accounting_storage/none"
_ACCOUNTING = """AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={folder}/munge.sock
AccountingStorageEnforce=associations"""
_SLURMDBD = """
AuthType=auth/munge
AuthInfo=socket={folder}/munge.sock
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser={user}
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={database_port}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
"""


def missing(accounting: bool = False) -> list[str]:
    """Programs that a cluster needs and this machine does not have."""
    wanted = NEEDED + (ACCOUNTING if accounting else ())
    return [name for name in wanted if shutil.which(name, path=_SEARCH) is None]


@dataclass
class Cluster:
    """A running cluster; the processes of the test find it by ``SLURM_CONF``."""

    folder: Path
    accounting: bool = False
    _started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def conf(self) -> Path:
        return self.folder / "slurm.conf"

    def start(self) -> None:
        """Start every daemon, and wait until jobs are accepted."""
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o755)
        (self.folder / "state").mkdir()
        ports = _free_ports(5)
        values = {
            "folder": self.folder,
            "host": socket.gethostname().partition(".")[0],
            "user": pwd.getpwuid(os.geteuid()).pw_name,
            "short": SHORT,
            "urgent": URGENT,
            "cpus": CPUS,
            "port": ports[3],
            "database_port": ports[4],
        }
        self._start_munge()
        accounting = _ACCOUNTING.format(**values) if self.accounting else _NO_ACCOUNTING
        daemons = dict(zip(("ctld_port", "node_port", "other_port"), ports, strict=False))
        self.conf.write_text(_SLURM.format(**values, **daemons, accounting=accounting))
        if self.accounting:
            self._start_accounting(values)
        self.start_controller("-c")
        for node in NODES:
            self.start_node(node)
        self.wait_for_nodes()

    def start_controller(self, *options: str) -> None:
        """Start slurmctld; ``-c`` makes it forget every job."""
        self._start("slurmctld", "slurmctld", "-D", "-f", str(self.conf), *options)
        self.wait_for(lambda: " is UP" in self.call("scontrol", "ping", check=False))
        if all(node in self._started for node in NODES):
            self.wait_for_nodes()

    def wait_for_nodes(self) -> None:
        """Wait until every node takes jobs."""
        usable = {"idle", "mixed", "allocated", "completing"}
        self.wait_for(lambda: set(self.call("sinfo", "-h", "-N", "-o", "%T").split()) <= usable)

    def stop_controller(self) -> None:
        """Stop slurmctld as a reboot of its host would."""
        self._stop("slurmctld")

    def start_node(self, node: str) -> None:
        self._start(node, "slurmd", "-D", "-c", "-N", node, "-f", str(self.conf))

    def stop(self) -> None:
        """End every job, every daemon, and what they have started."""
        self.call("scancel", f"--user={os.geteuid()}", check=False)
        for name in reversed(list(self._started)):
            self._stop(name)
        for process in psutil.process_iter(["cmdline"]):
            if any(str(self.folder) in word for word in process.info["cmdline"] or []):
                process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "SLURM_CONF": str(self.conf), "PATH": _SEARCH}

    def call(self, *argv: str, check: bool = True) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(argv, env=self.env, capture_output=True, text=True, errors="replace", timeout=60)
        if check and done.returncode != 0:
            raise RuntimeError(f"{argv}: {done.stdout}{done.stderr}")
        return done.stdout

    def jobs(self) -> list[str]:
        """The jobs that wait or run, as ``id state``."""
        return self.call("squeue", "-h", "-o", "%i %T").splitlines()

    def wait_for(self, condition: Callable[[], object], limit_s: float = _PATIENCE_S) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + limit_s
        while not _quietly(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(self._logs())
            time.sleep(0.05)

    def _start_munge(self) -> None:
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        names = {"key-file": "key", "socket": "sock", "log-file": "log", "pid-file": "pid", "seed-file": "seed"}
        options = [f"--{option}={self.folder / f'munge.{ending}'}" for option, ending in names.items()]
        self._start("munged", "munged", "--foreground", "--num-threads=2", "--force", *options)
        self.wait_for((self.folder / "munge.sock").exists)

    def _start_accounting(self, values: dict[str, object]) -> None:
        """A database of its own, and slurmdbd before it."""
        data, sock = self.folder / "database", self.folder / "database.sock"
        common = ["--no-defaults", f"--datadir={data}", f"--user={values['user']}"]
        quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--skip-name-resolve"]
        self.call("mariadb-install-db", *common, "--auth-root-authentication-method=normal", "--skip-test-db")
        place = [f"--socket={sock}", f"--port={values['database_port']}", "--bind-address=127.0.0.1"]
        self._start("mariadbd", "mariadbd", *common, *place, *quick, f"--pid-file={self.folder}/database.pid")
        self.wait_for(sock.exists)
        grant = "GRANT ALL ON slurm_acct_db.* TO 'slurm'@'127.0.0.1' IDENTIFIED BY 'slurm'"
        self.wait_for(
            lambda: self.call("mariadb", "--no-defaults", "--user=root", f"--socket={sock}", "-e", grant) == ""
        )
        conf = self.folder / "slurmdbd.conf"
        conf.write_text(_SLURMDBD.format(**values))
        conf.chmod(0o600)
        self._start("slurmdbd", "slurmdbd", "-D")
        self.wait_for(lambda: "private" in self.call("sacctmgr", "-i", "add", "cluster", "private"))
        self.call("sacctmgr", "-i", "add", "account", "ocean")
        self.call("sacctmgr", "-i", "add", "user", str(values["user"]), "account=ocean")

    def _start(self, name: str, *argv: str) -> None:
        """It dies with this process, however that ends."""
        program = shutil.which(argv[0], path=_SEARCH)
        assert program is not None, argv[0]
        with (self.folder / f"{name}.out").open("ab") as output:
            self._started[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", program, *argv[1:]],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _stop(self, name: str) -> None:
        process = self._started.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _logs(self) -> str:
        logs = sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")])
        return "\n".join(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs)


def _quietly(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except (RuntimeError, subprocess.SubprocessError):
        return False


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
