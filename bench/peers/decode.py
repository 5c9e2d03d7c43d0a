"""Transformers' `generate` with plain sampling."""

import time

from peer import serve, threads


def load():
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(threads())
    torch.manual_seed(0)

    class Decoding:
        def open(self, folder):
            self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
            return {}

        @torch.inference_mode()
        def generate(self, prompts, newTokens):
            ids = torch.tensor(prompts)
            sampling = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0}
            length = {"min_new_tokens": newTokens, "max_new_tokens": newTokens}
            begin = time.perf_counter()
            out = self.model.generate(ids, attention_mask=torch.ones_like(ids), pad_token_id=0, **sampling, **length)
            seconds = time.perf_counter() - begin
            return {"seconds": seconds, "tokens": out[:, ids.shape[1] :].numel()}

        @torch.inference_mode()
        def logprobs(self, prompt, completion):
            ids = torch.tensor([prompt + completion])
            logprobs = self.model(ids).logits.log_softmax(-1)[0, len(prompt) - 1 : -1]
            return {"logprobs": logprobs.gather(1, torch.tensor(completion)[:, None])[:, 0].tolist()}

    decoding = Decoding()
    return {"open": decoding.open, "generate": decoding.generate, "logprobs": decoding.logprobs}


serve(["torch", "transformers", "safetensors"], load)
