"""Training steps of a Transformers model: torch eager, torch.compile, and bfloat16 autocast."""

import contextlib
import time

from peer import serve, threads


def load():
    import torch
    from torch.nn.functional import cross_entropy
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(threads())

    class Training:
        """One model whose weights every mode trains in turn."""

        def open(self, folder, inputs, targets, learningRate, weightDecay):
            self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).train()
            self.start = [p.detach().clone() for p in self.model.parameters()]
            self.inputs, self.targets = torch.tensor(inputs), torch.tensor(targets)
            self.settings = learningRate, weightDecay
            compiled = torch.compile(self.loss, dynamic=False)
            bf16 = torch.autocast("cpu", dtype=torch.bfloat16)
            plain = contextlib.nullcontext()
            self.modes = {"eager": (self.loss, plain), "compile": (compiled, plain), "bf16": (self.loss, bf16)}
            return {"parameters": sum(p.numel() for p in self.model.parameters())}

        def restart(self):
            """The weights as they were opened, and a fresh optimizer."""
            learning_rate, decay = self.settings
            parameters = list(self.model.parameters())
            with torch.no_grad():
                for p, first in zip(parameters, self.start):
                    p.copy_(first)
            groups = [
                {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": decay},
                {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
            ]
            self.optimizer = torch.optim.AdamW(groups, lr=learning_rate, fused=True)
            return {}

        def loss(self):
            logits = self.model(self.inputs, use_cache=False).logits
            return cross_entropy(logits.flatten(0, 1), self.targets.flatten())

        def train(self, mode, steps):
            loss_of, precision = self.modes[mode]
            losses = []
            begin = time.perf_counter()
            for _ in range(steps):
                with precision:
                    loss = loss_of()
                loss.backward()
                self.optimizer.step()
                self.optimizer.zero_grad()
                losses.append(loss.item())
            return {"seconds": time.perf_counter() - begin, "losses": losses}

    training = Training()
    return {"open": training.open, "restart": training.restart, "train": training.train}


serve(["torch", "transformers", "safetensors"], load)
