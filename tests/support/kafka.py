"""A real one-node Apache Kafka (KRaft) for tests: start, stop, kill, restart and wipe, loopback only."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from clinicflow.embedded.processes import free_port

POM = Path(__file__).resolve().parents[2] / "deploy" / "kafka" / "pom.xml"
_READY_WITHIN = 40.0
_ATTEMPTS = 3
_JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")


def kafka_version() -> str:
    """The version of Apache Kafka that the pom names."""
    found = re.search(r"<kafka.version>([^<]+)<", POM.read_text())
    if found is None:
        raise ValueError(f"expected a <kafka.version> property in {POM}")
    return found.group(1)


def missing_tools() -> str | None:
    """Why a real Kafka cannot run here, or None."""
    absent = [name for name in ("java", "mvn") if shutil.which(name) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} not found: real Kafka needs Java 17 and Maven (openjdk-17-jre-headless, maven)"


def need_kafka() -> None:
    """Skip the calling test when Java or Maven is missing; with CI=true fail instead."""
    reason = missing_tools()
    if reason is None:
        return
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def kafka_jars() -> Path:
    """The folder with Kafka's jars; fetched once by Maven into the user's cache."""
    jars = Path.home() / ".cache" / "clinicflow" / "kafka" / kafka_version()
    if (jars / ".complete").exists():
        return jars
    jars.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="jars-", dir=jars.parent))
    try:
        subprocess.run(
            ["mvn", "-B", "-q", "-f", str(POM), f"-DkafkaJars={fresh}", "dependency:copy-dependencies"],
            check=True,
            timeout=600,
        )
        (fresh / ".complete").touch()
        with contextlib.suppress(OSError):  # another run was first: its folder is as good as this one
            fresh.rename(jars)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return jars


def _kafka_uuid() -> str:
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


class RealKafka:
    """One broker that is also its controller. The port stays the same over restarts and wipes.

    ``start`` returns when a client's metadata request can be answered; ``kill9`` leaves the log as it is;
    ``wipe`` (only while stopped) makes the next start an empty broker of another cluster id.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._own = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="clinicflow-kafka-"))
        self.port = free_port()
        self._controller_port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        """``host:port`` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the running broker."""
        if self._process is None:
            raise RuntimeError("expected a started broker")
        return self._process.pid

    @property
    def log_file(self) -> Path:
        """What the broker printed."""
        return self.folder / "kafka.log"

    def start(self) -> RealKafka:
        """Start (again) and wait until clients can connect."""
        self._prepare()
        # The folder of jars is listed, not globbed by Java, so that a missing jar is a clear error.
        classpath = ":".join(str(jar) for jar in sorted(kafka_jars().glob("*.jar")))
        argv = ["java", *_JVM, "-cp", classpath, "kafka.Kafka", str(self.folder / "server.properties")]
        for attempt in range(_ATTEMPTS):
            with self.log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, start_new_session=True
                )
            if self._wait_ready(last=attempt == _ATTEMPTS - 1):
                break
            time.sleep(1.0)
        return self

    def stop(self, grace: float = 10.0) -> None:
        """Ask the broker to end, then kill it."""
        self._end(signal.SIGTERM, grace)

    def kill9(self) -> None:
        """End the broker at once, as a crash would."""
        self._end(signal.SIGKILL, 10.0)

    def restart(self) -> None:
        """Stop cleanly and start with the same log."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Throw the log away; the broker must be stopped."""
        if self._process is not None:
            raise RuntimeError("expected a stopped broker before its log is thrown away")
        shutil.rmtree(self.folder / "log", ignore_errors=True)

    def close(self) -> None:
        """Kill the broker and remove its folder."""
        self.kill9()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, sig: signal.Signals, grace: float) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(sig)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)

    def _prepare(self) -> None:
        log = self.folder / "log"
        (self.folder / "server.properties").write_text(self._properties(log))
        if not (log / "meta.properties").exists():
            log.mkdir(parents=True, exist_ok=True)
            (log / "meta.properties").write_text(
                f"version=1\ncluster.id={_kafka_uuid()}\nnode.id=1\ndirectory.id={_kafka_uuid()}\n"
            )

    def _properties(self, log: Path) -> str:
        settings = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self._controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": log,
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": 0,
            "group.min.session.timeout.ms": 1000,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 2,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "transaction.state.log.num.partitions": 2,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "controlled.shutdown.enable": "false",
            "broker.session.timeout.ms": 1500,  # a restarted broker waits until its old registration has expired
            "broker.heartbeat.interval.ms": 250,
            "num.network.threads": 2,
            "num.io.threads": 2,
            "log.cleaner.enable": "false",
            "log.segment.bytes": 64 * 1024 * 1024,
        }
        return "".join(f"{name}={value}\n" for name, value in settings.items())

    def _wait_ready(self, *, last: bool) -> bool:
        """Whether it answers; False when it ended at once, as it does while something else still has its port."""
        deadline = time.monotonic() + _READY_WITHIN
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                if not last:
                    return False
                raise RuntimeError(f"Kafka ended while starting:\n{self.log_file.read_text()[-4000:]}")
            if _answers(self.port):
                return True
            time.sleep(0.1)
        tail = self.log_file.read_text()[-4000:]
        self.kill9()
        raise TimeoutError(f"Kafka did not answer within {_READY_WITHIN:.0f} s:\n{tail}")


def _answers(port: int) -> bool:
    """True when the broker answers an ApiVersions request (key 18, version 0) on this port."""
    request = b"\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
    try:
        with socket.create_connection(("127.0.0.1", port), 1.0) as wire:
            wire.settimeout(2.0)
            wire.sendall(len(request).to_bytes(4, "big") + request)
            return len(wire.recv(4)) == 4
    except OSError:
        return False


async def create_topic(bootstrap: str, name: str, partitions: int) -> None:
    """Make a topic with one replica, on any broker. Raises RuntimeError when the broker refuses."""
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        answer = await admin.create_topics([NewTopic(name, partitions, 1)])
        code, reason = answer.topic_errors[0][1:3]
        if code:
            raise RuntimeError(f"topic {name} was refused with code {code}: {reason}")
    finally:
        await admin.close()
