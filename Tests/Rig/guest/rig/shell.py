"""Commands of the machine."""
import subprocess


def sh(command, check=True, timeout=60):
    """Runs a shell command and gives what it wrote on both outputs."""
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    if check and done.returncode != 0:
        raise RuntimeError(f"{command}: {done.returncode}: {done.stdout.strip()[-400:]}")
    return done.stdout.strip()


def status(command, timeout=60):
    return subprocess.run(["sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=timeout).returncode


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def read(path, default=""):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return default
