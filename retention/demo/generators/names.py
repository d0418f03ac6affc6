"""Made-up people and companies. No list here is of real persons."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

GIVEN_EN = np.array(
    "Ada Ben Cora Dan Eva Finn Gia Hal Ida Jon Kay Leo Mia Ned Ola Pam Quin Roy Sia Tom Uma Vic Wyn Xia Yan".split()
)
FAMILY_EN = np.array(
    "Ashby Birch Cole Drake Elm Frost Gale Hart Ives Jarvis Keel Lowe Marsh North Oakes Penn Quill".split()
)
FAMILY_ZH = np.array(list("王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗"))
GIVEN_ZH = np.array("伟 芳 娜 敏 静 强 磊 洋 艳 勇 军 杰 娟 涛 明 超 秀英 海燕 建华 晓明 雨桐 子涵 欣怡 浩然".split())
PLACE_ZH = np.array("云川 星河 海岳 远山 青禾 北辰 南湖 东篱 西岭 长风 明江 安和 启元 瑞景 同舟 博闻".split())
TRADE_ZH = np.array("科技 贸易 物流 教育 医疗 餐饮 制造 传媒 建材 服饰".split())

Strings = npt.NDArray[np.str_]


def english_names(rng: np.random.Generator, n: int) -> Strings:
    """`n` given-and-family names."""
    return np.char.add(np.char.add(rng.choice(GIVEN_EN, n), " "), rng.choice(FAMILY_EN, n))


def chinese_names(rng: np.random.Generator, n: int) -> Strings:
    """`n` family-and-given names."""
    return np.char.add(rng.choice(FAMILY_ZH, n), rng.choice(GIVEN_ZH, n))


def chinese_companies(rng: np.random.Generator, n: int) -> Strings:
    """`n` company names; a number tells equals apart."""
    names = np.char.add(rng.choice(PLACE_ZH, n), rng.choice(TRADE_ZH, n))
    return np.char.add(names, np.char.add("·", np.char.zfill(np.arange(1, n + 1).astype(str), 3)))
