"""Serves one GGUF file by llama.cpp's own HTTP server, from the wheel `xllamacpp`.

    python serve.py MODEL.gguf NAME PORT
"""
import signal
import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.model_alias = {sys.argv[2]}
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(sys.argv[3])
parameters.n_ctx = 2048
parameters.n_parallel = 1
# More threads than cores that are free wait for each other.
parameters.cpuparams.n_threads = 1
server = xllamacpp.Server(parameters)
signal.sigwait({signal.SIGTERM, signal.SIGINT})
