"""World manufacturer identifiers of cars seen in Chinese shops, with the names that the shops use.

Own compilation from the makers' published codes. The bundled ``vininfo`` answers for what is missing here, in English.
"""

# zh-data

from __future__ import annotations

_CHINESE = """
LA6 金龙客车 King Long
LA7 吉利雷达 Geely Radar
LA8 安凯客车 Ankai Bus
LAL 新大洲本田摩托 Sundiro Honda Motorcycle
LB1 福建奔驰 Fujian Benz
LB2 吉利汽车 Geely
LB3 吉利汽车 Geely
LBB 钱江摩托 Qianjiang Motorcycle
LBE 北京现代 Beijing Hyundai
LBP 建设雅马哈摩托 Jianshe Yamaha Motorcycle
LBV 华晨宝马 BMW Brilliance
LC0 比亚迪 BYD
LC6 豪爵铃木摩托 Haojue Suzuki Motorcycle
LCE 春风动力 CFMOTO
LCR 吉奥汽车 Gonow
LDC 神龙汽车 Dongfeng Peugeot Citroën
LDD 黄海汽车 Huanghai
LDN 东南汽车 Soueast
LDP 岚图汽车 Voyah
LDY 中通客车 Zhongtong Bus
LE4 北京奔驰 Beijing Benz
LEF 江铃汽车 Jiangling Motors
LET 江铃五十铃 Jiangling Isuzu
LFB 一汽 FAW
LFM 一汽丰田 FAW Toyota
LFN 一汽 FAW
LFP 一汽轿车 FAW Car
LFV 一汽-大众 FAW-Volkswagen
LFW 一汽解放 FAW Jiefang
LFZ 零跑汽车 Leapmotor
LGA 东风商用车 Dongfeng Commercial Vehicle
LGB 东风日产 Dongfeng Nissan
LGG 东风柳汽 Dongfeng Liuzhou
LGJ 东风风神 Dongfeng Fengshen
LGL 桂林大宇 Guilin Daewoo
LGW 长城汽车 Great Wall Motor
LGX 比亚迪 BYD
LH0 威马汽车 WM Motor
LH1 一汽海马 FAW Haima
LHA 双环汽车 Shuanghuan
LHB 北京汽车 BAIC
LHG 广汽本田 GAC Honda
LHW 中车时代 CRRC
LJ1 江淮汽车（含蔚来） JAC (incl. NIO)
LJ8 众泰汽车 Zotye
LJD 悦达起亚 Yueda Kia
LJN 郑州日产 Zhengzhou Nissan
LJS 亚星客车 Yaxing Bus
LJU 上海华普 Shanghai Maple
LJX 江铃福特 JMC Ford
LKH 哈飞汽车 Hafei
LKL 苏州金龙 Higer Bus
LL2 威马汽车 WM Motor
LL3 厦门金旅 Golden Dragon Bus
LL6 广汽三菱 GAC Mitsubishi
LLC 隆鑫摩托 Loncin Motorcycle
LLN 观致汽车 Qoros
LLV 力帆汽车 Lifan
LM8 赛力斯 Seres
LMG 广汽传祺 GAC Trumpchi
LMV 海马汽车 Haima
LMW 广汽集团 GAC
LMX 东风风行 Dongfeng Forthing
LNA 广汽埃安 GAC Aion
LNB 北京汽车 BAIC
LND 江铃新能源 JMEV
LNN 奇瑞汽车 Chery
LNY 南京跃进 Yuejin
LPA 长安标致雪铁龙 Changan PSA
LPE 比亚迪 BYD
LPS 极星 Polestar
LRB 上汽通用 SAIC-GM
LRD 福田戴姆勒 Foton Daimler
LRE 上汽通用 SAIC-GM
LRW 特斯拉（上海） Tesla Shanghai
LS4 长安汽车 Changan
LS5 长安汽车 Changan
LS6 长安汽车 Changan
LSC 长安汽车 Changan
LSF 上汽大通 SAIC Maxus
LSG 上汽通用 SAIC-GM
LSH 上汽大通 SAIC Maxus
LSJ 上汽乘用车 SAIC Motor (MG, Roewe)
LSK 上汽大通 SAIC Maxus
LSV 上汽大众 SAIC Volkswagen
LSY 华晨中华 Brilliance
LTA 中兴汽车 ZX Auto
LTV 一汽丰田 FAW Toyota
LUC 广汽本田 GAC Honda
LUR 奇瑞汽车 Chery
LUX 东风裕隆 Dongfeng Yulon
LUZ 合众汽车 Hozon
LVA 福田汽车 Foton
LVB 福田汽车 Foton
LVC 福田汽车 Foton
LVF 昌河铃木 Changhe Suzuki
LVG 广汽丰田 GAC Toyota
LVH 东风本田 Dongfeng Honda
LVM 奇瑞汽车 Chery
LVP 东风小康 Dongfeng Sokon
LVR 长安马自达 Changan Mazda
LVS 长安福特 Changan Ford
LVT 奇瑞汽车 Chery
LVU 奇瑞汽车 Chery
LVV 奇瑞汽车 Chery
LVX 陆风汽车 Landwind
LVY 沃尔沃亚太 Volvo Asia Pacific
LVZ 东风小康 Dongfeng Sokon
LW4 理想汽车 Li Auto
LWB 五羊-本田摩托 Wuyang-Honda Motorcycle
LWL 庆铃汽车 Qingling
LWV 广汽菲克 GAC FCA
LXG 徐工汽车 XCMG
LXV 北京宝沃 Borgward
LYM 株洲建设雅马哈 Zhuzhou Jianshe Yamaha
LYU 北汽幻速 Huansu
LYV 沃尔沃（中国） Volvo China
LZE 广汽五十铃 Isuzu Guangzhou
LZF 上汽红岩 SAIC Hongyan
LZG 陕汽 Shaanxi Automobile
LZW 上汽通用五菱 SGMW
LZY 宇通客车 Yutong Bus
LZZ 中国重汽 Sinotruk
LK6 上汽通用五菱 SGMW
L1N 小鹏汽车 XPeng
L2C 奇瑞捷豹路虎 Chery Jaguar Land Rover
L6T 吉利汽车 Geely
HES 蔚来汽车 NIO
HLX 理想汽车 Li Auto
HXM 小米汽车 Xiaomi Auto
"""

_IMPORTED = """
WBA 宝马 BMW
WBS 宝马 M BMW M
WBX 宝马 BMW
5UX 宝马（美国） BMW USA
WDB 奔驰 Mercedes-Benz
WDC 奔驰 Mercedes-Benz
WDD 奔驰 Mercedes-Benz
W1K 奔驰 Mercedes-Benz
W1N 奔驰 Mercedes-Benz
4JG 奔驰（美国） Mercedes-Benz USA
WAU 奥迪 Audi
WA1 奥迪 Audi
WVW 大众 Volkswagen
WVG 大众 Volkswagen
WP0 保时捷 Porsche
WP1 保时捷 Porsche
WMW 迷你 MINI
SAL 路虎 Land Rover
SAJ 捷豹 Jaguar
SCA 劳斯莱斯 Rolls-Royce
SCB 宾利 Bentley
YV1 沃尔沃 Volvo
YV4 沃尔沃 Volvo
JTH 雷克萨斯 Lexus
JTJ 雷克萨斯 Lexus
2T2 雷克萨斯（加拿大） Lexus Canada
JTE 丰田 Toyota
JTM 丰田 Toyota
JT3 丰田 Toyota
JHM 本田 Honda
JN1 日产 Nissan
JN8 日产 Nissan
JM7 马自达 Mazda
JF1 斯巴鲁 Subaru
JF2 斯巴鲁 Subaru
JA4 三菱 Mitsubishi
JMY 三菱 Mitsubishi
KMH 现代 Hyundai
KNA 起亚 Kia
KND 起亚 Kia
ZFF 法拉利 Ferrari
ZAM 玛莎拉蒂 Maserati
ZHW 兰博基尼 Lamborghini
ZAR 阿尔法·罗密欧 Alfa Romeo
VF1 雷诺 Renault
VF3 标致 Peugeot
VF7 雪铁龙 Citroën
1FA 福特（美国） Ford USA
1FM 福特（美国） Ford USA
1FT 福特（美国） Ford USA
1C4 克莱斯勒/吉普 Chrysler/Jeep
1J4 吉普 Jeep
1GY 凯迪拉克（美国） Cadillac USA
1LN 林肯 Lincoln
2LM 林肯 Lincoln
5LM 林肯 Lincoln
5YJ 特斯拉（美国） Tesla USA
7SA 特斯拉（美国） Tesla USA
XP7 特斯拉（德国） Tesla Germany
"""


def _table(lines: str) -> dict[str, tuple[str, str]]:
    rows = (line.split(" ", 2) for line in lines.strip().splitlines())
    return {wmi: (zh, en) for wmi, zh, en in rows}


MAKERS: dict[str, tuple[str, str]] = _table(_CHINESE) | _table(_IMPORTED)
