"""Words and lines of the demo's songs, in English and Japanese, written for it.

No filler word and no word of a template is a form of a gesture's word, so that gestures are sung about only where a
song is planned to. Every Japanese word is one word for the segmenter (Sudachi, mode C), because each gets its own time.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "ja")

GESTURE_WORDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "love": {"en": ("love", "loving", "lover"), "ja": ("愛", "恋", "好き")},
    "clock": {"en": ("clock", "time", "hours"), "ja": ("時計", "時間", "時")},
    "one": {"en": ("one", "first", "once"), "ja": ("一番", "ひとり", "一")},
    "two": {"en": ("two", "second", "twice"), "ja": ("二人", "ふたり", "二")},
    "three": {"en": ("three", "third", "thrice"), "ja": ("三", "スリー", "トリプル")},
    "photo": {"en": ("photo", "picture", "camera"), "ja": ("写真", "カメラ", "アルバム")},
    "cat": {"en": ("cat", "kitten", "kitty"), "ja": ("猫", "子猫", "にゃんこ")},
    "promise": {"en": ("promise", "promised", "vow"), "ja": ("約束", "誓い", "指切り")},
    "you": {"en": ("you", "your", "yours"), "ja": ("君", "あなた", "お前")},
    "money": {"en": ("money", "cash", "coins"), "ja": ("お金", "金", "小銭")},
    "jump": {"en": ("jump", "jumping", "leap"), "ja": ("飛ぶ", "ジャンプ", "跳ねる")},
    "sky": {"en": ("sky", "skies", "heaven"), "ja": ("空", "青空", "夜空")},
    "goodbye": {"en": ("goodbye", "farewell", "bye"), "ja": ("さよなら", "別れ", "バイバイ")},
    "sleep": {"en": ("sleep", "sleeping", "asleep"), "ja": ("眠る", "寝る", "眠り")},
    "cry": {"en": ("cry", "tears", "crying"), "ja": ("泣く", "涙", "泣き虫")},
    "listen": {"en": ("listen", "hear", "listening"), "ja": ("聞く", "耳", "聴く")},
    "strong": {"en": ("strong", "power", "stronger"), "ja": ("強い", "力", "強さ")},
    "secret": {"en": ("secret", "hush", "whisper"), "ja": ("秘密", "内緒", "ないしょ")},
    "heart": {"en": ("heart", "hearts", "heartbeat"), "ja": ("心", "ハート", "胸")},
}
"""Forms of each gesture's word by language; the first is the usual one."""

_EN_NOUNS = """
river lantern window harbour engine garden paper mountain street candle bridge feather mirror island winter summer
thunder shadow ocean silver copper meadow forest valley desert castle ribbon ladder compass anchor sailor stranger
traveller painter drummer dancer runner village station platform ticket suitcase corner kitchen balcony rooftop
chimney blanket pillow jacket pocket button needle thread fabric marble crystal diamond pebble gravel canyon waterfall
fountain raindrop snowflake sunrise sunset twilight midnight morning evening afternoon weekend season autumn harvest
orchard apple cherry lemon pepper sugar honey coffee bottle table carpet curtain doorway hallway staircase tunnel
highway engine wheel signal circuit battery satellite rocket planet comet galaxy horizon rainbow cloud breeze storm
lightning whistle trumpet guitar piano rhythm melody chorus verse story chapter novel letter envelope postcard
newspaper pencil notebook canvas colour pattern puzzle riddle answer question reason memory future history legend
treasure kingdom crown soldier neighbour family cousin sister brother teacher student captain pilot farmer baker
gardener tailor wolf falcon sparrow dolphin tiger pony rabbit beetle butterfly spider blossom petal ivy willow cedar
acorn mushroom seashell lagoon
"""
_EN_VERBS = """
wander gather borrow follow carry answer colour measure travel scatter shelter tremble tumble stumble rattle whirl
glitter sparkle shimmer flicker glow burn melt freeze drift float sail swim dive climb crawl march stroll hurry linger
settle return remain vanish wonder imagine remember forget believe discover invent repair mend build polish paint
carve weave stitch gather plant harvest water kindle light cover uncover open close unlock tie untie fasten loosen
stretch bend lean balance spin swing sway shake throw catch hold lift lower push pull drag roll slide gallop race
chase escape search wait hesitate begin finish continue repeat practise study teach learn explain argue agree laugh
smile wave blush breathe rest dance sing hum shout call wake rise shine grow bloom wither
"""
_EN_ADJECTIVES = """
golden silver crimson scarlet amber violet emerald pale bright gentle quiet restless careless fearless endless
boundless hollow heavy narrow wide shallow steep distant nearby ancient modern early late sudden steady broken crooked
twisted tangled polished painted wooden velvet cotton woollen frozen burning melting shining hidden forgotten borrowed
stolen lonely crowded empty simple clever foolish honest humble proud noble royal plain rough smooth sharp tender
bitter sour salty spicy warm chilly humid dusty muddy stormy sunny misty foggy windy moonlit starry electric magnetic
curious nervous patient playful graceful hopeful thankful wonderful ordinary
"""
_EN_ADVERBS = """
slowly quickly softly gently brightly quietly loudly proudly bravely freely wildly calmly gladly sadly kindly neatly
barely nearly mostly hardly always never often seldom sometimes tonight today tomorrow yesterday again forever
together apart away homeward upward downward onward sideways elsewhere nowhere everywhere
"""
_JA_NOUNS = """
川 海 山 森 道 街 窓 扉 鍵 橋 駅 電車 切符 坂道 公園 庭 花 桜 向日葵 紫陽花 葉 木 枝 草 種 土 石 砂 砂漠 島 港 船 波
風 雨 雪 雲 虹 雷 嵐 霧 太陽 月 星 星座 銀河 宇宙 朝 昼 夕方 夜 夜明け 夕暮れ 真夜中 春 夏 秋 冬 季節 昨日 明日 今日
未来 過去 記憶 思い出 夢 希望 勇気 理由 答え 質問 言葉 手紙 封筒 絵葉書 新聞 鉛筆 地図 旅 旅人 荷物 鞄 靴 帽子 傘 服
袖 糸 布 針 鏡 机 椅子 部屋 台所 屋根 屋上 階段 廊下 壁 床 灯り 蝋燭 炎 煙 灰 氷 水 泉 滝 湖 谷 丘 畑 村 城 塔 王様
兵士 家族 姉 弟 妹 友達 先生 学生 隣人 画家 歌手 音楽 歌 声 曲 太鼓 笛 ピアノ ギター リズム メロディー ラジオ 自転車
信号 電池 機械 歯車 ロケット 惑星 彗星 地平線 宝物 宝石 真珠 金色 銀色 赤色 緑 紫 鳥 雀 鷹 狼 兎 馬 虎 魚 蝶 蜂 蜘蛛
貝殻 林檎 蜜柑 檸檬 砂糖 蜂蜜 珈琲 紅茶 パン スープ 物語 小説 絵 色 模様 謎 影 光 闇
"""
_JA_VERBS = """
歩く 走る 進む 戻る 帰る 止まる 動く 回る 揺れる 踊る 歌う 笑う 叫ぶ 呼ぶ 待つ 探す 見る 見つめる 眺める 触れる 握る
抱く 離す 投げる 受け取る 拾う 運ぶ 積む 開く 閉じる 開ける 閉める 結ぶ 解く 繋ぐ 切る 折る 描く 書く 読む 学ぶ 教える
話す 語る 答える 尋ねる 信じる 願う 祈る 思う 考える 悩む 迷う 忘れる 覚える 気づく 知る 分かる 変わる 変える 始まる
終わる 続く 消える 生まれる 育つ 咲く 散る 枯れる 実る 輝く 光る 照らす 燃える 溶ける 凍る 流れる 溢れる 沈む 浮かぶ
泳ぐ 登る 降りる 落ちる 越える 渡る 追う 逃げる 隠れる 現れる 集める 選ぶ 作る 直す 磨く 洗う 乾く 冷める 温める
暮らす 働く 休む 目覚める
"""
_JA_ADJECTIVES = """
赤い 青い 白い 黒い 丸い 細い 太い 長い 短い 高い 低い 広い 狭い 深い 浅い 遠い 近い 速い 遅い 重い 軽い 硬い 柔らかい
熱い 暑い 寒い 冷たい 暖かい 涼しい 明るい 暗い 眩しい 美しい 優しい 厳しい 楽しい 嬉しい 悲しい 寂しい 苦しい
懐かしい 新しい 古い 若い 幼い 正しい 甘い 苦い 辛い 酸っぱい 儚い 切ない 愛しい 可愛い 激しい 鋭い 淡い 濃い 小さい
大きい 面白い 恐ろしい
"""
_JA_ADVERBS = """
ゆっくり のんびり そっと ずっと きっと もっと また もう まだ いつも ふと たまに 時々 今夜 突然 やがて ちらり ぽつり
ふわり きらきら ひらひら ゆらゆら くるくる どきどき わくわく さらさら ころころ ぽつぽつ 遠く 近く 初めて 再び ほんのり
"""


def _split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.split()))


FILLERS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "en": {"N": _split(_EN_NOUNS), "V": _split(_EN_VERBS), "A": _split(_EN_ADJECTIVES), "R": _split(_EN_ADVERBS)},
    "ja": {"N": _split(_JA_NOUNS), "V": _split(_JA_VERBS), "A": _split(_JA_ADJECTIVES), "R": _split(_JA_ADVERBS)},
}
"""Filler words by language and kind: N nouns, V verbs, A adjectives, R adverbs."""

LINES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "the A N", "we V the N", "I V in the N", "A N in the N", "R they V", "V the A N", "N and N we V",
        "under the A N", "I R V the N", "when the N will V", "through the N we R V", "a N of A N", "so R we V",
        "where the A N V", "over the N R", "my N will V R", "no N can V the N", "let the A N V", "N after N",
        "from the N to the N", "all our A N", "we R V and V", "like a A N", "until the N V",
    ),
    "ja": (
        "A N の N", "N を V", "N に V N", "R N が V", "N と N を V", "A N が R V", "N の N へ", "N は R V",
        "V N と A N", "R V A N", "N から N へ V", "この A N を V", "N も N も V", "あの N の N に V", "N で R V",
        "A N と A N", "R A N を V", "N の 中 で V",
    ),
}
"""Templates of a line: capitals are filler words of their kind, the rest is sung as it stands."""

GESTURE_LINES: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "the N and G", "G in the A N", "we V and G", "R I say G", "G and the N", "all the N G", "so G my N",
        "this A N is G", "we R sing of G", "G we V R",
    ),
    "ja": ("N と G", "R G A N", "G と V N", "A N に G", "N の N と G", "G も N も V", "この G と N", "G ほら N が V"),
}
"""Templates of a line with a gesture's word (G)."""

TITLES: Final[dict[str, tuple[str, ...]]] = {
    "en": ("A N", "The N and the N", "N R", "V the N"),
    "ja": ("A N", "N の N", "N と N", "R V N"),
}
"""Templates of titles."""

ARTISTS: Final = (
    "Tin Orchard", "The Paper Pilots", "Marrow & Moss", "Neon Ferry", "Little Compass", "Hana no Wa", "Cedar Lane",
    "Static Picnic", "The Quiet Engines", "Yoake Radio", "Ivory Tram", "Low Tide Choir", "Kumo to Niji",
    "Velvet Abacus", "North Window", "The Lemon Clerks", "Suzume Club", "Hollow Kite", "Ten Past Rain", "Umi no Oto",
)
"""Invented performers."""


def template_words(language: str) -> set[str]:
    """Words that templates of a language hold besides their slots."""
    lines = LINES[language] + GESTURE_LINES[language]
    return {word for line in lines for word in line.split() if word not in ("N", "V", "A", "R", "G")}
