"""The smallest application of Hydra: what starting a Hydra program costs at least."""

import hydra


@hydra.main(version_base=None, config_path=None)
def main(config: object) -> None:
    """Do nothing."""


if __name__ == "__main__":
    main()
