"""Run every benchmark."""

from benchmarks import bench_npmi, bench_xmied
from benchmarks.measure import show

if __name__ == "__main__":
    show(bench_xmied.run() + bench_npmi.run())
